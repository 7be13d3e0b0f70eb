import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";
import type { Page } from "../driver/log.ts";
import type { ActorPattern } from "../pattern/pattern.ts";
import { offsetAfter, offsetOf, parsePosition } from "../position/position.ts";
import type { Position } from "../types/position.ts";
import { toEventFilter } from "./event_filter.ts";
import type { SubscriptionFilter } from "./options.ts";

/** Which part of a log is wanted: where a driver begins, and what of its pages is then left. */
export interface LogSelection<W extends string> {
  /** For the driver: the first commit that is wanted. */
  readonly from: number | W;
  /** For the driver: the commit that the reader knows of. */
  readonly reached: number;
  /** For the driver: only these actors are wanted. */
  readonly actors: ActorPattern | undefined;
  /** The events of a page that are wanted; the page itself where all are. */
  readonly select: (page: Page) => Page;
}

/**
 * Reads the options that `readAll` and `subscribe` share.
 *
 * @param words What `after` may be beside `"start"` and a position.
 * @throws {InvalidArgumentError} `after` or `types` is not what it must be.
 * @throws {InvalidPatternError} `actors` is not a pattern.
 */
export function toLogSelection<const W extends string>(
  { after = "start", types, actors }: SubscriptionFilter & { readonly after?: string | undefined },
  words: readonly W[],
): LogSelection<W> {
  const wanted = toEventFilter({ types, actors });
  const pattern = actors as ActorPattern | undefined; // Which the filter has parsed.
  const keep = (page: Page): Page => wanted === undefined ? page : page.filter(wanted);
  if (after === "start") return { from: 1, reached: 0, actors: pattern, select: keep };
  if (words.includes(after as W)) return { from: after as W, reached: 0, actors: pattern, select: keep };
  const position = parseAfter(after, words);
  // The driver begins with a whole commit, of which the reader may have seen a part.
  const [from, reached] = [offsetAfter(position), offsetOf(position)];
  return { from, reached, actors: pattern, select: (page) => keep(dropUpTo(position, page)) };
}

function parseAfter(after: unknown, words: readonly string[]): Position {
  try {
    return parsePosition(after as string);
  } catch (cause) {
    const choices = ["start", ...words].map((word) => `"${word}"`).join(", ");
    throw new InvalidArgumentError(
      `after must be the position of an event that was read, or ${choices}, not ${quote(after)}`,
      {
        argument: "after",
      },
      { cause },
    );
  }
}

function dropUpTo(position: Position, page: Page): Page {
  const first = page[0];
  return first === undefined || first.position > position ? page : page.filter((event) => event.position > position);
}
