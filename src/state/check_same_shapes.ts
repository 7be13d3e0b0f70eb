import { quote } from "../base/quote.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { eventTypesOf } from "../events/events.ts";
import type { Evolver, WithTypes } from "./decider.ts";

/**
 * Checks that a store reads events in the shapes that a decider expects. Each event type of the decider's map must have
 * the same schema version in the map of the store, and at least the same names.
 *
 * @param name The name of the argument, such as `store`.
 * @throws {InvalidArgumentError} If the decider's map was made from schemas, and the store's map was not, has another
 * schema version, or lacks a name.
 */
export function checkSameShapes(store: object, name: string, evolver: object): void {
  const { events, types } = evolver as Partial<Evolver<unknown, object> & WithTypes<Record<string, unknown>>>;
  const { events: storeEvents } = store as Pick<Evolver<unknown, object>, "events">;
  if (events === undefined || events === storeEvents) return;
  const [wanted, stored] = [eventTypesOf(events), eventTypesOf(storeEvents)];
  if (wanted === undefined) return;
  if (stored === undefined) {
    refuseArgument(
      name,
      "a store of the decider's event map",
      store,
      ". Pass that map to backend.store(namespace, events)",
    );
  }
  for (const type of types ?? wanted.names) {
    const isSame = stored.versionOf(type) === wanted.versionOf(type);
    const missing = isSame ? wanted.storedNames([type]).find((name) => stored.currentName(name) !== type) : undefined;
    if (isSame && missing === undefined) continue;
    const difference = missing !== undefined
      ? `does not have its former name ${quote(missing)}`
      : stored.versionOf(type) === undefined
      ? "does not have it"
      : `has version ${stored.versionOf(type)}`;
    refuseArgument(
      name,
      `a store with the decider's version ${wanted.versionOf(type)} of ${quote(type)}`,
      store,
      `, which ${difference}. Make the store and the decider from one event map`,
    );
  }
}
