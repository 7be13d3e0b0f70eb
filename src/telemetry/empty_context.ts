import type { Context } from "./api.ts";

/**
 * A context without a span and without baggage. A delivery starts in it, because the active context may belong to an
 * operation of another namespace.
 */
export const EMPTY_CONTEXT: Context = contextOf(new Map());

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextOf(new Map([...values, [key, value]])),
    deleteValue: (key) => contextOf(new Map([...values].filter(([other]) => other !== key))),
  };
}
