import type { Brand } from "./brand.ts";

/**
 * The place of an event in the log of its namespace: an opaque string of 29 visible ASCII characters that names the
 * log. String comparison orders the positions of one log, but not positions of different logs. An application may store
 * a position and later read the events after it. Any other log refuses it.
 */
export type Position = string & Brand<"position">;
