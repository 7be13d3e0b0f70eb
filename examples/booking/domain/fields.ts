import * as v from "valibot";
import { MAX_CENTS, MAX_NAME_LENGTH, MAX_SEATS, MAX_TITLE_LENGTH } from "../limits.ts";

/** A whole number with bounds. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(min, message), v.maxValue(max, message));
}

const TITLE = `must be a string of 1 to ${MAX_TITLE_LENGTH} characters`;
const NAME = `must be 1 to ${MAX_NAME_LENGTH} of A-Z a-z 0-9 _ -`;

/** The title of a screening. */
export const title = v.pipe(
  v.string(TITLE),
  v.maxLength(MAX_TITLE_LENGTH, TITLE),
  v.check((value) => value.trim() !== "" && value.isWellFormed(), TITLE),
);

/** The id of a customer or a screening: one token of an actor id. */
export const name = v.pipe(v.string(NAME), v.regex(new RegExp(`^[A-Za-z0-9_-]{1,${MAX_NAME_LENGTH}}$`), NAME));

/** The number of one seat, or a count of seats. */
export const seat = wholeNumber(1, MAX_SEATS);

/** A price in cents. */
export const cents = wholeNumber(0, MAX_CENTS);

/** An amount in cents that a customer adds to a wallet. */
export const amount = wholeNumber(1, MAX_CENTS);

/** The id of the event that held a seat. */
export const holdId = v.string();
