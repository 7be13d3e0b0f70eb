import type { Namespace } from "../base/namespace.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { consumableParts, type ConsumableStore, type ConsumingParts } from "./consumable_store.ts";
import type { ConsumerControl } from "./consumer.ts";
import { checkConsumerName, CONSUMERS, prefixOf } from "./consumer_keys.ts";
import { DEFAULT_TTL } from "./consumer_options.ts";
import { SessionStart } from "./session_start.ts";
import { StoredConsumer, type StoredConsumerContext } from "./stored_consumer.ts";

/**
 * Returns the control of a consumer without joining it: its status, waits, pause, reset, parked actors. Without I/O.
 *
 * @param store A store of the namespace of the consumer.
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

/** Throws if a consumer has members. A temporary session of this process shows which other sessions live. */
async function checkUnused(name: string, { coordinators }: ConsumingParts): Promise<void> {
  const start = new SessionStart(name);
  const lease = coordinators.acquire({
    hints: CONSUMERS,
    ttl: DEFAULT_TTL,
    onError: (error) => start.fail(error),
  });
  try {
    await start.wait(lease.coordinator, coordinators.environment, DEFAULT_TTL);
    const using = [...lease.coordinator.liveSessions]
      .filter(([, session]) => session?.services.includes(prefixOf(name)))
      .map(([key]) => nameOfSession(key));
    if (using.length === 0) return;
    throw new InvalidArgumentError(
      `Cannot forget the consumer "${name}": it has members: ${
        using.join(", ")
      }. Close them first; a process that has ` +
        `crashed counts until its session is over`,
      { argument: "name" },
    );
  } finally {
    await lease[Symbol.asyncDispose]();
  }
}
