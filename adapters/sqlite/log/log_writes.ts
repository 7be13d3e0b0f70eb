import { type AppendOutcome, type Commit, type StoredSnapshot, stringifyCommit } from "../../../adapter.ts";
import { isAetherError, type Namespace } from "../../../mod.ts";
import { OutcomeUnknownError, type QuotaExceededError } from "../../../errors.ts";
import { Buffer } from "node:buffer";
import { ChangeWrite } from "../database/change_write.ts";
import { toUserError } from "../database/to_user_error.ts";
import { PendingWrite } from "../database/pending_write.ts";
import { type FinalStep, type Transaction, Write } from "../database/write_queue.ts";
import { appendCommit } from "./append_commit.ts";
import type { ChangeWatch } from "./change_watch.ts";
import { MAX_DELETED_BYTES } from "./expiry.ts";
import type { LogState } from "./log_state.ts";
import { putSnapshot } from "./snapshots.ts";

/** Approximate bytes of a row without its body. */
const ROW_BYTES = 200;

/** Sends commits to other backends. */
export interface CommitSender {
  /** Called within the transaction that stores the commit. */
  sendCommit(namespace: Namespace, actorId: string, offset: number): void;
  /**
   * Calls a function after all commits were delivered to this backend that other backends stored before its last
   * transaction. Commits of one actor thus arrive in the order of versions.
   */
  afterEarlierEvents(call: () => void): void;
}

/** The parts that the writes of one log share. */
export interface LogWriteContext {
  readonly log: LogState;
  readonly watch: ChangeWatch;
  readonly bus: CommitSender;
  /** Expires commits at the end of a transaction that appends. */
  readonly expiry: FinalStep;
}

/** Appends a commit. */
export class AppendWrite extends PendingWrite<AppendOutcome> {
  readonly bytes: number;
  readonly isDurable = true;
  readonly #context: LogWriteContext;
  readonly #commit: Commit;
  readonly #body: string;
  readonly #bodyBytes: number;
  #outcome: AppendOutcome | QuotaExceededError | undefined;

  constructor(context: LogWriteContext, commit: Commit) {
    super();
    this.#context = context;
    this.#commit = commit;
    this.#body = stringifyCommit(commit);
    this.#bodyBytes = Buffer.byteLength(this.#body);
    this.bytes = this.#bodyBytes + ROW_BYTES;
  }

  override apply(transaction: Transaction): void {
    const { log, bus, expiry } = this.#context;
    const outcome = this.#outcome = appendCommit(log, this.#commit, this.#body, this.#bodyBytes);
    if (!isNewCommit(outcome)) return;
    bus.sendCommit(log.namespace, this.#commit.actorId, outcome.offset);
    if (log.file.bounds.retention !== undefined) transaction.addFinalStep(expiry);
  }

  override committed(): void {
    const outcome = this.#outcome!;
    if (isAetherError(outcome)) return this.reject(outcome);
    if (!isNewCommit(outcome)) return this.resolve(outcome as AppendOutcome);
    const { bus, log, watch } = this.#context;
    watch.appended(log.namespace);
    bus.afterEarlierEvents(() => this.resolve(outcome));
  }

  override failed(error: unknown, isUnknown: boolean): void {
    const { namespace } = this.#context.log;
    const { actorId, id: commitId } = this.#commit;
    if (!isUnknown) return this.reject(toUserError(`append to "${actorId}"`, namespace, error));
    const message = `Cannot determine whether the append to "${actorId}" in namespace "${namespace}" was stored: the ` +
      `disk failed at its commit. Append it again with commit id "${commitId}"`;
    this.reject(new OutcomeUnknownError(message, { namespace, actorId, commitId }, { cause: error }));
  }
}

function isNewCommit(outcome: AppendOutcome | QuotaExceededError): outcome is AppendOutcome & { readonly ok: true } {
  return "ok" in outcome && outcome.ok && !outcome.duplicate;
}

/** Makes a write that stores a snapshot. */
export function snapshotWrite(log: LogState, actorId: string, snapshot: StoredSnapshot, keep: number): ChangeWrite {
  const facts = {
    attempt: `store a snapshot of "${actorId}"`,
    namespace: log.namespace,
    bytes: snapshot.bytes.length + ROW_BYTES,
    isDurable: false,
  };
  return new ChangeWrite(facts, () => putSnapshot(log, actorId, snapshot, keep));
}

/** Expires commits without an append. No caller waits for the write. After a failure, the next expiry repeats it. */
export class ExpiryWrite extends Write {
  /** This bounds the number of expiries in a transaction. */
  readonly bytes = MAX_DELETED_BYTES;
  readonly isDurable = false;
  readonly #expiry: FinalStep;
  readonly #settled: () => void;

  constructor(expiry: FinalStep, settled: () => void) {
    super();
    this.#expiry = expiry;
    this.#settled = settled;
  }

  override apply(transaction: Transaction): void {
    transaction.addFinalStep(this.#expiry);
  }

  override committed(): void {
    this.#settled();
  }

  override failed(): void {
    this.#settled();
  }
}
