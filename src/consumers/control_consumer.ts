import type { Namespace } from "../base/namespace.ts";
import { DEFAULT_TTL } from "../coordination/coordinator_settings.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
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
    checkUnused: () => checkUnused(name, parts),
  };
}

/**
 * Throws if a consumer has members. This process begins a temporary session, through which it sees which other sessions
 * are alive.
 */
async function checkUnused(name: string, { coordinators, lifetime }: ConsumingParts): Promise<void> {
  const { environment } = coordinators;
  const operation = Operation.begin(lifetime, "forget the consumer", name, undefined);
  const start = new SessionStart(name);
  const sharedSession = coordinators.acquire({
    hints: CONSUMERS_PREFIX,
    ttl: DEFAULT_TTL,
    onError: (error) => start.fail(error),
  });
  const leaveStore = lifetime.register(() => sharedSession[Symbol.asyncDispose]());
  try {
    const wait = (signal: AbortSignal) => start.wait(sharedSession.coordinator, environment, DEFAULT_TTL, signal);
    await runInterruptible(wait, operation);
    const using = [...sharedSession.coordinator.liveSessions]
      .filter(([, record]) => record?.services.includes(prefixOf(name)))
      .map(([key]) => nameOfSession(key));
    if (using.length === 0) return;
    throw new InvalidArgumentError(
      `Cannot forget the consumer "${name}": it has members: ${using.join(", ")}. Close them first. A process that ` +
        `has crashed counts as a member until its session has ended`,
      { argument: "name" },
    );
  } finally {
    await sharedSession[Symbol.asyncDispose]();
    leaveStore();
  }
}
