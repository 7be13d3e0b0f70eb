import type { Brand } from "./brand.ts";

/**
 * Where an event stands in its namespace's log: an opaque string of 29 visible ASCII characters, which names the log.
 * Plain string comparison orders the positions of one log, and nothing else. Made to be kept as a checkpoint; another log
 * refuses it.
 */
export type Position = string & Brand<"position">;
