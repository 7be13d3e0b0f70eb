import {
  type Decider,
  type EventMap,
  type EventStore,
  load,
  OutcomeUnknownError,
  type RecordedEventOf,
  VersionConflictError,
} from "@flowmade-one/aether";

/** What was done, as `execute` tells it. */
export interface Done<E extends EventMap> {
  readonly version: number;
  readonly events: readonly RecordedEventOf<E>[];
  readonly duplicate: boolean;
}

/**
 * Decides on the very state that somebody saw, and appends only if the actor is still there: for a change that a person
 * made of what was on the screen. `execute` is for commands that are right whatever happened in between.
 *
 * @param expectedVersion What was seen; 1 or more.
 * @throws {VersionConflictError} The actor is at another version.
 * @throws {OutcomeUnknownError} It is not known whether it was stored, or it was and could not be read.
 */
export async function decideAt<S, C, E extends EventMap>(
  store: EventStore<E>,
  decider: Decider<S, C, NoInfer<E>>,
  actorId: string,
  command: NoInfer<C>,
  { expectedVersion, commitId, signal }: {
    readonly expectedVersion: number;
    readonly commitId: string;
    readonly signal: AbortSignal;
  },
): Promise<Done<E>> {
  // As of that version, also when there are later ones: a repeated request is then decided as it was the first time.
  const { state, version } = await load(store, decider, actorId, { to: expectedVersion, signal });
  const decided = await decider.decide(command, state);
  const isUnchanged = version === expectedVersion && decided.length === 0;
  const actual = isUnchanged ? await store.latestVersion(actorId, { signal }) : version;
  if (actual !== expectedVersion) {
    throw new VersionConflictError({ namespace: store.namespace, actorId, expected: expectedVersion, actual });
  }
  if (decided.length === 0) return { version, events: [], duplicate: false };
  const appended = await store.append(actorId, decided, { expectedVersion, commitId, signal });
  const { version: to, duplicate } = appended;
  const events = await store.read(actorId, { from: expectedVersion + 1, to, signal }).collect().catch((error) => {
    // As it is, it would say that nothing was stored. Whoever repeats the request is told what was.
    throw new OutcomeUnknownError(
      `Stored version ${to} of "${actorId}", and could not read it. Repeat it with the commit id "${commitId}"`,
      { namespace: store.namespace, actorId, commitId },
      { cause: error },
    );
  });
  return { version: to, events, duplicate };
}
