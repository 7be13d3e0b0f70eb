import type { Commit } from "../commits/commit.ts";
import { recordCommit } from "../commits/record_commit.ts";
import type { AppendOutcome } from "../driver/log.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { freezeClass } from "../base/freeze_class.ts";
import type { LogKey } from "../values/log_identity.ts";
import { endOfCommit } from "../values/position.ts";
import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import type { OperationOutcome } from "../observer/observer.ts";
import type { AppendResult } from "./options.ts";

/** The result of a stored append. It creates the recorded events on first access. */
export class StoredAppend implements AppendResult {
  readonly version: number;
  readonly position: Position;
  readonly commitId: string;
  readonly duplicate: boolean;
  readonly #log: LogKey;
  readonly #commit: Commit;
  readonly #offset: number;
  #events: readonly RecordedEvent[] | undefined;

  constructor(namespace: Namespace, commit: Commit, outcome: AppendOutcome & { readonly ok: true }) {
    this.version = outcome.version;
    this.position = endOfCommit(outcome.identity, outcome.offset);
    this.commitId = commit.id;
    this.duplicate = outcome.duplicate;
    this.#log = { namespace, identity: outcome.identity };
    this.#commit = commit;
    this.#offset = outcome.offset;
  }

  /** The outcome of an append for an observer. */
  static describe(this: void, result: AppendResult): Partial<OperationOutcome> {
    const { version, duplicate, commitId } = result;
    const { events } = (result as StoredAppend).#commit;
    const [first] = events;
    const isSingle = first !== undefined && events.length === 1 && !duplicate;
    const event = isSingle ? Object.freeze({ id: first.id, metadata: first.metadata }) : undefined;
    return { version, duplicate, commitId, events: duplicate ? 0 : events.length, event };
  }

  get events(): readonly RecordedEvent[] | undefined {
    if (this.duplicate) return undefined;
    const firstVersion = this.version - this.#commit.events.length + 1;
    return this.#events ??= Object.freeze(recordCommit(this.#log, this.#commit, firstVersion, this.#offset));
  }
}

freezeClass(StoredAppend);
Object.freeze(StoredAppend.describe);
