import type { Namespace } from "../base/namespace.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import { DEFAULT_TTL } from "../coordination/coordinator_settings.ts";
import type { Environment } from "../coordination/environment.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { sessionTimeout } from "../coordination/session_wait.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import { Operation } from "../lifecycle/operation.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import { consumableParts, type ConsumableStore, type ConsumingParts } from "./consumable_store.ts";
import type { ConsumerControl } from "./consumer.ts";
import { checkConsumerName, CONSUMERS_PREFIX, prefixOf } from "./consumer_keys.ts";
import { SessionStart } from "./session_start.ts";
import { StoredConsumer, type StoredConsumerContext } from "./stored_consumer.ts";

/**
 * Returns an object that controls a consumer: it shows the status, waits for progress, pauses, resets, and handles
 * parked actors. This process does not join the consumer. The call makes no request.
 *
 * @param store A store of the consumer's namespace.
 * @param name The name of the consumer.
 * @returns See {@link ConsumerControl}. The consumer need not exist yet.
 * @throws {InvalidArgumentError} If the store belongs to no backend, or the name is not valid.
 * @throws {UnsupportedStorageError} If the adapter keeps no records.
 * @throws {ClosedError} If the store was closed.
 *
 * @example
 * ```ts
 * import { consume, consumer } from "@flowmade-one/aether/consumers";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("prod.orders");
 * await store.append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
 * await using _mailer = await consume(store, { name: "mailer" }, () => {});
 *
 * const control = consumer(store, "mailer");
 * await control.caughtUp();
 * const { lanes } = await control.status();
 * assertEquals(lanes.map(({ state, lag }) => [state, lag.events]), [["running", 0]]);
 * ```
 */
export function consumer(store: ConsumableStore<unknown>, name: string): ConsumerControl {
  checkConsumerName(name);
  const parts = consumableParts(store, `control the consumer "${name}"`);
  return new StoredConsumer(name, controlContext(store.namespace, name, parts));
}

/** The parts that the control of a consumer needs. */
export function controlContext(namespace: Namespace, name: string, parts: ConsumingParts): StoredConsumerContext {
  const { log, eventTypes, records, lifetime, coordinators } = parts;
  return {
    namespace,
    log,
    eventTypes,
    records,
    lifetime,
    environment: coordinators.environment,
    checkUnused: (signal) => checkUnused(name, parts, signal),
  };
}

/**
 * Throws if a consumer has members that are alive. This process begins a temporary session, through which it sees the
 * heartbeats of other sessions and ends silent sessions. The call returns when the session has ended. If the signal is
 * aborted or the store is closed, the session ends later, because the storage may not answer any more.
 */
async function checkUnused(
  name: string,
  { coordinators, lifetime }: ConsumingParts,
  signal: AbortSignal | undefined,
): Promise<void> {
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
  const end = () => ending ??= Promise.resolve(sharedSession[Symbol.asyncDispose]());
  const leaveStore = lifetime.register(end);
  await runInterruptible(async (workSignal) => {
    try {
      await start.wait(coordinator, environment, DEFAULT_TTL, workSignal);
      await untilMembersEnded(name, { coordinator, environment, start }, workSignal);
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
 * @param signal If aborted, the wait ends.
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
    await nextStep(coordinator, signal);
  }
}

/** Waits until the coordinator has read records or its timer has run, or the signal is aborted. */
async function nextStep(coordinator: Coordinator, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stepListener = coordinator.onStep(resolve);
  const stopListening = onAbort(signal, resolve);
  await promise;
  stepListener[Symbol.dispose]();
  stopListening();
}

function hasMembers(name: string, members: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot forget the consumer "${name}": it has members: ${members.join(", ")}. Close them first`,
    { argument: "name" },
  );
}
