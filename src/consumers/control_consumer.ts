import type { Namespace } from "../base/namespace.ts";
import { consumableParts, type ConsumableStore, type ConsumingParts } from "./consumable_store.ts";
import type { ConsumerControl } from "./consumer.ts";
import { checkConsumerName } from "./consumer_keys.ts";
import { forgetConsumer } from "./forget_consumer.ts";
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
    forget: (signal) => forgetConsumer(name, parts, signal),
  };
}
