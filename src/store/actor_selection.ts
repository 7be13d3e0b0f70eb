import { checkChoice } from "../checks/check_choice.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import type { ActorRange, Page } from "../driver/log.ts";
import { cutToVersions } from "./cut_to_versions.ts";
import type { ReadOptions } from "./options.ts";

/** The part of an actor's events that a read requests. */
export interface ActorSelection {
  readonly range: ActorRange;
  /** Cuts a page to the range. */
  readonly select: (page: Page) => Page;
}

const OPTIONS: ReadonlySet<string> = new Set(["from", "to", "limit", "direction", "unknown", "raw", "signal"]);

/** All events of an actor: the selection of a read without options, which needs no check. */
export const ALL_EVENTS: ActorSelection = Object.freeze({
  range: Object.freeze({ from: 1, to: Number.MAX_SAFE_INTEGER, limit: Infinity, backwards: false }),
  select: wholePage,
});

/**
 * Parses the options of a read that select events of an actor.
 *
 * @throws {InvalidArgumentError} If an option is unknown or invalid.
 */
export function toActorSelection(options: ReadOptions): ActorSelection {
  checkOptions(options, OPTIONS, "read");
  const { from, to, limit, direction } = options;
  checkWholeNumber(from, "from", 1);
  checkWholeNumber(to, "to", 1);
  checkLimitAndDirection(limit, direction);
  const range = {
    from: from ?? 1,
    to: to ?? Number.MAX_SAFE_INTEGER,
    limit: limit ?? Infinity,
    backwards: direction === "backwards",
  };
  const isWhole = from === undefined && to === undefined;
  return { range, select: isWhole ? wholePage : (page) => cutToVersions(page, range.from, range.to) };
}

/**
 * Checks the options that `read` and `readAll` share.
 *
 * @throws {InvalidArgumentError} If one of them is invalid.
 */
export function checkLimitAndDirection(limit: unknown, direction: unknown): void {
  checkWholeNumber(limit, "limit", 1, undefined, "events");
  checkChoice(direction, "direction", ["forwards", "backwards"]);
}

function wholePage(page: Page): Page {
  return page;
}
