import type { Namespace } from "../base/namespace.ts";
import type { Log, LogRange, Page } from "../driver/log.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";

/**
 * Reads a range without events, such as a range whose end is before its start. Only checks its positions.
 *
 * @returns No pages.
 * @throws {UnknownPositionError} If a position belongs to another log, or is beyond the end of this log.
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
