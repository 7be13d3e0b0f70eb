import { copyEventTypes } from "../checks/copy_event_types.ts";
import { requireFunction } from "../checks/check_function.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { checkSameShapes } from "./check_same_shapes.ts";

/**
 * Checks the first arguments of `load`.
 *
 * @throws {InvalidArgumentError} If the source has no `read`, the evolver has no `initial` or `evolve`, or their event
 * maps differ.
 */
export function checkLoadArguments(source: unknown, evolver: unknown): void {
  checkSource(source, "source");
  checkEvolver(evolver, "evolver");
  checkSnapshots(source, "source", evolver);
  checkSameShapes(source as object, "source", evolver as object);
}

/**
 * Checks the first arguments of `execute`.
 *
 * @throws {InvalidArgumentError} If the store has no `read` or `append`, the decider has no `initial`, `evolve` or
 * `decide`, or their event maps differ.
 */
export function checkExecuteArguments(store: unknown, decider: unknown): void {
  checkSource(store, "store");
  if (!hasMethod(store, "append")) refuseArgument("store", "a store that appends", store);
  checkDecider(decider);
  checkSnapshots(store, "store", decider);
  checkSameShapes(store as object, "store", decider as object);
}

/**
 * Checks an evolver.
 *
 * @param name The name of the argument, such as `evolver`.
 * @throws {InvalidArgumentError} If it is not an object with `initial` and `evolve`.
 */
export function checkEvolver(evolver: unknown, name: string): void {
  checkParts(evolver, name, ["initial", "evolve"], "initial and evolve");
}

/**
 * Checks a decider.
 *
 * @throws {InvalidArgumentError} If it is not an object with `initial`, `evolve` and `decide`.
 */
export function checkDecider(decider: unknown): void {
  checkParts(decider, "decider", ["initial", "evolve", "decide"], "initial, evolve and decide");
}

function checkParts(value: unknown, name: string, parts: readonly string[], listed: string): void {
  if (typeof value !== "object" || value === null) {
    refuseArgument(name, `an object with ${listed}, such as decider(...) returns`, value);
  }
  const named = value as Readonly<Record<string, unknown>>;
  for (const part of parts) requireFunction(named[part], `${name}.${part}`);
  if (named["types"] !== undefined) copyEventTypes(named["types"]);
}

function checkSource(source: unknown, name: string): void {
  if (!hasMethod(source, "read")) refuseArgument(name, "a store, such as backend.store(...)", source, fixOf(source));
}

function checkSnapshots(source: unknown, name: string, evolver: unknown): void {
  if ((evolver as { readonly snapshots?: unknown }).snapshots === undefined) return;
  if (hasMethod((source as { readonly snapshots?: unknown }).snapshots, "latest")) return;
  refuseArgument(name, "a store with snapshots, because the decider has snapshots", source);
}

/** Suggests a fix for a value that is not a store. It is probably a backend, or a decider that was passed first. */
function fixOf(value: unknown): string {
  if (hasMethod(value, "store")) return ": pass a store of this backend";
  return hasMethod(value, "evolve") ? ": pass the store before the decider" : "";
}

function hasMethod(value: unknown, method: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as Record<string, unknown>)[method] === "function";
}
