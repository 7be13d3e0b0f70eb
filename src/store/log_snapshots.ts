import { parseActorId } from "../values/parse_actor_id.ts";
import { checkOptions } from "../checks/check_options.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { checkWholeNumber, requireWholeNumber } from "../checks/check_whole_number.ts";
import type { Log } from "../driver/log.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { idProblem } from "../events/id_problem.ts";
import { freezeClass } from "../base/freeze_class.ts";
import { isPromise, Operation } from "../lifecycle/operation.ts";
import type { CloseScope } from "../lifecycle/close_scope.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import { MAX_SNAPSHOTS_KEPT } from "../base/limits.ts";
import { copyCommits, decodeSnapshot, encodeSnapshot } from "./encode_snapshot.ts";
import type { LatestSnapshotOptions, PutSnapshotOptions, Snapshot, SnapshotStore } from "./snapshot_store.ts";

const PUT_OPTIONS: ReadonlySet<string> = new Set(["keep", "signal"]);
const LATEST_OPTIONS: ReadonlySet<string> = new Set(["atMost", "signal"]);

/** The snapshots of one namespace, stored in an adapter's log. */
export class LogSnapshots implements SnapshotStore {
  readonly storage: object;
  readonly #log: Log;
  readonly #lifetime: CloseScope;
  readonly #observer: NamespaceObserver | undefined;

  /** @param storage See {@link SnapshotStore.storage}. */
  constructor(log: Log, storage: object, lifetime: CloseScope, observer?: NamespaceObserver) {
    this.storage = storage;
    this.#log = log;
    this.#lifetime = lifetime;
    this.#observer = observer;
  }

  readonly put = (actorId: string, snapshot: Snapshot, options: PutSnapshotOptions = {}): Promise<void> => {
    return this.#observer === undefined
      ? this.#put(actorId, snapshot, options)
      : this.#putObserved(this.#observer, actorId, snapshot, options);
  };

  readonly latest = (actorId: string, options: LatestSnapshotOptions = {}): Promise<Snapshot | undefined> => {
    return this.#observer === undefined
      ? this.#latest(actorId, options)
      : this.#latestObserved(this.#observer, actorId, options);
  };

  // Separate methods, because a function that contains a closure allocates its context at each call.

  #putObserved(
    observer: NamespaceObserver,
    actorId: string,
    snapshot: Snapshot,
    options: PutSnapshotOptions,
  ): Promise<void> {
    const work = () => this.#put(actorId, snapshot, options);
    return observer.run({ name: "putSnapshot", actorId }, work, () => ({ version: snapshot.version }));
  }

  #latestObserved(
    observer: NamespaceObserver,
    actorId: string,
    options: LatestSnapshotOptions,
  ): Promise<Snapshot | undefined> {
    const work = () => this.#latest(actorId, options);
    return observer.run({ name: "getSnapshot", actorId }, work, (found) => ({ version: found?.version }));
  }

  async #put(actorId: string, snapshot: Snapshot, options: PutSnapshotOptions): Promise<void> {
    checkOptions(options, PUT_OPTIONS, "put");
    const { keep = 1, signal } = options;
    checkWholeNumber(keep, "keep", 1, MAX_SNAPSHOTS_KEPT, "snapshots");
    const operation = Operation.begin(this.#lifetime, "store a snapshot of", parseActorId(actorId), signal);
    const copy = copySnapshot(snapshot);
    const stored = { version: copy.version, bytes: encodeSnapshot(copy) };
    const answer = operation.callDriver(() => this.#log.putSnapshot(actorId, stored, keep, signal));
    if (isPromise(answer)) await operation.awaitDriver(answer);
  }

  async #latest(actorId: string, options: LatestSnapshotOptions): Promise<Snapshot | undefined> {
    checkOptions(options, LATEST_OPTIONS, "latest");
    const { atMost = Number.MAX_SAFE_INTEGER, signal } = options;
    checkWholeNumber(atMost, "atMost", 1);
    const operation = Operation.begin(this.#lifetime, "read a snapshot of", parseActorId(actorId), signal);
    for (let most = atMost;; operation.check()) {
      const answer = operation.callDriver(() => this.#log.getSnapshot(actorId, most, signal));
      const stored = isPromise(answer) ? await operation.awaitDriver(answer) : answer;
      if (stored === undefined) return undefined;
      const snapshot = decodeSnapshot(stored.version, stored.bytes);
      if (snapshot !== undefined) return snapshot;
      // The snapshot is damaged. An older one may be intact.
      most = stored.version - 1;
    }
  }
}

freezeClass(LogSnapshots);

/** Checks a snapshot and copies it. Reads each field once. */
function copySnapshot(given: Snapshot): Snapshot {
  if (typeof given !== "object" || given === null) {
    refuseArgument("snapshot", "an object with version, schema, eventId and state", given);
  }
  const { version, schema, fingerprint, eventId, state, commits, ...rest } = given;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `A snapshot has no field ${quote(unknown)}; it has version, schema, fingerprint, eventId, state and commits`,
      { argument: unknown },
    );
  }
  requireWholeNumber(version, "version", 1);
  requireWholeNumber(schema, "schema", 0);
  const fingerprintProblem = fingerprint === undefined ? undefined : idProblem(fingerprint);
  if (fingerprintProblem !== undefined) {
    throw new InvalidArgumentError(`fingerprint ${fingerprintProblem}`, { argument: "fingerprint" });
  }
  if (eventId === undefined) refuseArgument("eventId", "a string", eventId);
  const problem = idProblem(eventId);
  if (problem !== undefined) throw new InvalidArgumentError(`eventId ${problem}`, { argument: "eventId" });
  const copy = { version, schema, ...(fingerprint !== undefined && { fingerprint }), eventId, state };
  return commits === undefined ? copy : { ...copy, commits: copyCommits(commits) };
}
