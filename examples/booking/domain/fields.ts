import * as v from "valibot";
import { MAX_CENTS, MAX_NAME_LENGTH, MAX_SEATS, MAX_TITLE_LENGTH } from "../limits.ts";

/** A whole number with bounds. */
export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message), v.maxValue(most, message));
}

const TITLE = `must be a text of 1 to ${MAX_TITLE_LENGTH} characters`;
const NAME = `must be 1 to ${MAX_NAME_LENGTH} of A-Z a-z 0-9 _ -`;

/** A title of a screening. */
export const title = v.pipe(
  v.string(TITLE),
  v.maxLength(MAX_TITLE_LENGTH, TITLE),
  v.check((value) => value.trim() !== "" && value.isWellFormed(), TITLE),
);

/** One token of an actor id: a customer or a screening. */
export const name = v.pipe(v.string(NAME), v.regex(new RegExp(`^[A-Za-z0-9_-]{1,${MAX_NAME_LENGTH}}$`), NAME));

/** A number of seats, and the number of a seat. */
export const seat = wholeNumber(1, MAX_SEATS);

/** A price in cents. */
export const cents = wholeNumber(0, MAX_CENTS);

/** An amount in cents that is paid in. */
export const amount = wholeNumber(1, MAX_CENTS);

/** The id of the event that held a seat. */
export const holdId = v.string();
