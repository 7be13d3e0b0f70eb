import { requireFunction } from "../checks/check_function.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";

/**
 * Calls a handler for an event that a loop over a subscription received. The backend's observer sees the call as the
 * operation `"deliver"`. Without an observer, the function only calls the handler. Handlers of the bus and of consumers
 * are observed without this function.
 *
 * @param store The store from which the event was read.
 * @param event The received event.
 * @param handler Runs in the context of the operation: spans that the handler starts are children of the operation's
 * span, and events that it appends have the handled event as their cause.
 * @returns The result of the handler.
 * @throws {InvalidArgumentError} If the event belongs to another namespace than the store.
 * @throws The error of the handler.
 *
 * @example
 * ```ts
 * import { handleEvent } from "@flowmade-one/aether/observability";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("shop");
 * await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
 * for await (const event of store.subscribe()) {
 *   assertEquals(await handleEvent(store, event, () => Promise.resolve(event.type)), "Placed");
 *   break;
 * }
 * ```
 */
export function handleEvent<T>(
  store: Pick<ReadOnlyStore, "namespace" | "observer">,
  event: Pick<RecordedEvent, "id" | "type" | "namespace" | "actorId" | "metadata">,
  handler: () => T,
): T {
  requireFunction(handler, "handler");
  const { namespace, observer } = store;
  if (event.namespace !== namespace) {
    refuseArgument("event", `an event of the store's namespace "${namespace}"`, event.namespace);
  }
  return observer === undefined ? handler() : observer.deliver(event, () => handler(), { fromSubscription: true });
}
