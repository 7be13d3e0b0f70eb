import type { Coordinator } from "../coordination/coordinator.ts";
import { DEFAULT_TTL } from "../coordination/coordinator_settings.ts";
import type { Environment } from "../coordination/environment.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { sessionTimeout } from "../coordination/session_wait.ts";
import { readRecords } from "../driver/read_records.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { Operation } from "../lifecycle/operation.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import type { ConsumingParts } from "./consumable_store.ts";
import { CONSUMERS_PREFIX, definitionKey, prefixOf } from "./consumer_keys.ts";
import { FORGETTING, isDefined } from "./definition.ts";
import { finishForgetting } from "./finish_forgetting.ts";
import { SessionStart } from "./session_start.ts";

/**
 * Deletes the records of a consumer without live members. This process begins a temporary session, through which it
 * sees the heartbeats of other sessions and ends silent sessions. The call returns when the session has ended. If the
 * signal is aborted or the store is closed, the session ends later, because the storage may not answer any more.
 *
 * First, the definition becomes `FORGETTING`. Members release their lanes when they read it, no process joins, and
 * operators find no consumer. See {@link finishForgetting} for the rest. A process that has joined after this call
 * counted the members therefore releases its lanes, and then stores a new definition.
 *
 * @throws As {@link ConsumerControl.forget}.
 */
export async function forgetConsumer(
  name: string,
  { records, coordinators, lifetime, consuming }: ConsumingParts,
  signal: AbortSignal | undefined,
): Promise<void> {
  // The session of this process may not list the consumer yet.
  if (consuming.has(name)) throw hasMembers(name, ["this process"]);
  const { environment } = coordinators;
  const operation = Operation.begin(lifetime, "forget the consumer", name, signal);
  const start = new SessionStart(operation);
  const sharedSession = coordinators.acquire({
    hints: CONSUMERS_PREFIX,
    ttl: DEFAULT_TTL,
    onError: (error) => start.fail(error),
  });
  const { coordinator } = sharedSession;
  let ending: Promise<void> | undefined;
  const end = () => ending ??= sharedSession[Symbol.asyncDispose]();
  const leaveStore = lifetime.register(end);
  await runInterruptible(async (workSignal) => {
    try {
      await start.wait(coordinator, environment, DEFAULT_TTL, workSignal);
      while (true) {
        const definition = (await readRecords(records, prefixOf(name), workSignal)).get(definitionKey(name));
        if (!isDefined(definition)) break;
        await untilMembersEnded(name, { coordinator, environment, start }, workSignal);
        await records.put(definition.key, FORGETTING, definition.revision, workSignal);
      }
      await finishForgetting(name, records, coordinator, workSignal);
    } finally {
      await end().finally(leaveStore);
    }
  }, operation);
}

/** The session through which a wait sees other sessions. */
interface TemporarySession {
  readonly coordinator: Coordinator;
  readonly environment: Environment;
  readonly start: SessionStart;
}

/**
 * Waits until the sessions of all members of a consumer have ended.
 *
 * @param signal If aborted, the wait ends with its reason.
 * @throws {InvalidArgumentError} If a member joins or sends a heartbeat meanwhile.
 * @throws {UnavailableError} If the session of this process was not valid for twice its time to live.
 */
async function untilMembersEnded(
  name: string,
  { coordinator, environment, start }: TemporarySession,
  signal: AbortSignal,
): Promise<void> {
  const members = () =>
    [...coordinator.liveSessions]
      .filter(([, record]) => record?.services.includes(prefixOf(name)))
      .map(([key]) => ({ key, revision: coordinator.record(key)?.revision }));
  const revisions = new Map(members().map(({ key, revision }) => [key, revision]));
  let validAt = environment.now();
  while (!signal.aborted) {
    const now = environment.now();
    if (coordinator.isValid) {
      validAt = now;
      const remaining = members();
      const alive = remaining.filter(({ key, revision }) => {
        return key === coordinator.session || revision !== revisions.get(key);
      });
      if (alive.length > 0) throw hasMembers(name, alive.map(({ key }) => nameOfSession(key)));
      if (remaining.length === 0) return;
    } else if (now - validAt >= sessionTimeout(DEFAULT_TTL)) {
      throw start.timeoutError(DEFAULT_TTL);
    }
    await coordinator.nextStep(signal);
  }
  throw signal.reason;
}

function hasMembers(name: string, members: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot forget the consumer "${name}": it has members: ${members.join(", ")}. Close them first`,
    { argument: "name" },
  );
}
