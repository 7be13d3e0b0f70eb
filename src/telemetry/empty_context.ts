import type { Context } from "./api.ts";

/**
 * The initial context of a delivery: no span, no baggage. The active context may belong to another operation, even of
 * another namespace.
 */
export const EMPTY_CONTEXT: Context = contextOf(new Map());

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextOf(new Map([...values, [key, value]])),
    deleteValue: (key) => contextOf(new Map([...values].filter(([other]) => other !== key))),
  };
}
