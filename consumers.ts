/**
 * Durable consumers: named event handlers of a namespace, shared by several processes. `consume` calls a handler for
 * each event at least once, in order, and stores its progress in the same storage as the events.
 *
 * @example
 * ```ts
 * import { consume } from "@flowmade-one/aether/consumers";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("prod.orders");
 * await store.append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
 *
 * const seen = Promise.withResolvers<string>();
 * await using mailer = await consume(store, { name: "mailer" }, (event) => seen.resolve(event.type));
 * assertEquals(await seen.promise, "Placed");
 * ```
 *
 * @module
 */
export type { ConsumableStore } from "./src/consumers/consumable_store.ts";
export { consume } from "./src/consumers/consume.ts";
export type {
  Consumer,
  ConsumerControl,
  ConsumerStatus,
  LaneFailureStatus,
  LaneLag,
  LaneState,
  LaneStatus,
  LaneWorkStatus,
  ParkedActor,
  WaitOptions,
} from "./src/consumers/consumer.ts";
export type { ConsumeOptions, FailureAction, HandlerFailure } from "./src/consumers/consumer_options.ts";
export { consumer } from "./src/consumers/control_consumer.ts";
export type { ConsumerFilter, ConsumerOrder } from "./src/consumers/definition.ts";
export type { AnswerOptions, EventHandler, ExecuteAnswer, HandlerContext } from "./src/consumers/handler_context.ts";
