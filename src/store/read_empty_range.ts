import type { Namespace } from "../base/namespace.ts";
import type { Log, LogRange, Page } from "../driver/log.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";

/**
 * Reads a range between two positions without events, such as a range whose end is before its start.
 *
 * @returns No pages.
 * @throws {UnknownPositionError} If a position belongs to another log, or lies beyond the end of this one.
 */
export async function* readEmptyRange(
  log: Log,
  namespace: Namespace,
  { identity, reached }: Pick<LogRange, "identity" | "reached">,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const last = await log.latestCommit(signal);
  if (last?.identity !== identity || reached > last!.offset) throw new UnknownPositionError(namespace);
  yield* [];
}
