import { refuseArgument } from "../checks/refuse_argument.ts";
import type { LogRange, Page } from "../driver/log.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { ActorPattern } from "../values/pattern.ts";
import { UNKNOWN_LOG_IDENTITY } from "../values/log_identity.ts";
import { comesAfter, logIdentityOf, offsetAfter, offsetOf, parsePosition } from "../values/position.ts";
import type { Position } from "../base/position.ts";
import { toEventFilter } from "./event_filter.ts";
import type { ReadAllOptions } from "./options.ts";

/** A selection from a log: the range for the driver, and the filter for its pages. */
export interface LogSelection<W extends string> extends Pick<LogRange, "to" | "reached" | "identity" | "actors"> {
  /** The offset of the first wanted commit, or a keyword such as `"now"`. */
  readonly from: number | W;
  /** Returns the wanted events of a page; the page itself if all are wanted. */
  readonly select: (page: Page) => Page;
}

/** The options that `readAll` and `subscribe` share. */
type SelectionOptions = Pick<ReadAllOptions, "before" | "types" | "actors"> & { readonly after?: string | undefined };

/**
 * Creates the selection from the options that `readAll` and `subscribe` share.
 *
 * @param keywords The keywords that `after` accepts in addition to `"start"`.
 * @param eventTypes The event types of the store; see {@link toEventFilter}.
 * @throws {InvalidArgumentError} If `after`, `before` or `types` is invalid.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 */
export function toLogSelection<const W extends string>(
  { after = "start", before, types, actors }: SelectionOptions,
  keywords: readonly W[],
  eventTypes: EventTypes | undefined,
): LogSelection<W> {
  const wanted = toEventFilter({ types, actors }, eventTypes);
  const keyword = keywords.find((keyword) => keyword === after);
  const start = after === "start" || keyword !== undefined
    ? undefined
    : parseBound("after", after, ["start", ...keywords]);
  const end = before === undefined ? undefined : parseBound("before", before, []);
  const select = (page: Page): Page => {
    const part = start === undefined && end === undefined ? page : cut(page, start, end);
    return wanted === undefined ? part : part.filter(wanted);
  };
  const bounds = [start, end].filter((position) => position !== undefined);
  const [identity, ...others] = new Set(bounds.map(logIdentityOf));
  return {
    // A driver returns whole commits. `select` removes events of the commit that are not after `start`.
    from: start === undefined ? keyword ?? 1 : offsetAfter(start),
    to: end === undefined ? Infinity : offsetOf(end),
    reached: Math.max(0, ...bounds.map(offsetOf)),
    // Positions of two logs: no log has this identity, so that each log refuses the read.
    identity: others.length > 0 ? UNKNOWN_LOG_IDENTITY : identity,
    actors: actors as ActorPattern | undefined, // `toEventFilter()` has parsed it.
    select,
  };
}

function parseBound(name: string, value: unknown, keywords: readonly string[]): Position {
  try {
    return parsePosition(value as string);
  } catch {
    refuseArgument(
      name,
      ["the position of an event that was read", ...keywords.map((keyword) => `"${keyword}"`)].join(" or "),
      value,
    );
  }
}

/** The events of a page that are between two positions. The page may be in either direction. */
function cut(page: Page, start: Position | undefined, end: Position | undefined): Page {
  const isInside = ({ position }: Page[number]) =>
    (start === undefined || comesAfter(position, start)) && (end === undefined || comesAfter(end, position));
  // Most pages are inside the range. Only the first and the last page of a read have to be cut.
  return page.length === 0 || (isInside(page[0]!) && isInside(page.at(-1)!)) ? page : page.filter(isInside);
}
