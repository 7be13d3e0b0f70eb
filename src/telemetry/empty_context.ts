import type { Context } from "./api.ts";

/**
 * The context that a delivery starts from: no span, no baggage. The context of the code that happens to run is that of
 * another operation, maybe of another namespace.
 */
export const EMPTY_CONTEXT: Context = contextOf(new Map());

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextOf(new Map([...values, [key, value]])),
    deleteValue: (key) => contextOf(new Map([...values].filter(([other]) => other !== key))),
  };
}
