import type { Brand } from "./brand.ts";

/**
 * Where an event stands in its namespace's log: opaque text of 16 digits. Plain string comparison orders the positions
 * of one namespace of one backend, and nothing else. Made to be kept as a checkpoint.
 */
export type Position = string & Brand<"position">;
