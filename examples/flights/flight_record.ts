import { DemoError } from "./demo_error.ts";

/** One flight of the file. See data/README.md. */
export interface FlightRecord {
  /** The time of departure, `YYYY/MM/DD HH:MM`: a string that sorts by time. */
  readonly date: string;
  /** Minutes of delay at the arrival; negative if it was early. */
  readonly delay: number;
  /** Miles. */
  readonly distance: number;
  /** Code of the airport of departure. */
  readonly origin: string;
  /** Code of the airport of arrival. */
  readonly destination: string;
}

/** Each field, the check of its value, and its rule in words. */
const FIELDS: readonly [name: keyof FlightRecord, isValid: (value: unknown) => boolean, must: string][] = [
  ["date", isDate, `a time like "2001/01/31 23:59"`],
  ["delay", Number.isSafeInteger, "a whole number of minutes"],
  ["distance", isDistance, "a whole number of miles"],
  ["origin", isAirport, `an airport like "ABQ"`],
  ["destination", isAirport, `an airport like "ABQ"`],
];

/**
 * Parses the JSON of a file of flights.
 *
 * @param text A JSON array of at least one record.
 * @param file The name of the file, for messages.
 * @throws {DemoError} If it has another form; the message names the file, the number of the record from 1, and the
 * field.
 */
export function parseFlightRecords(text: string, file: string): FlightRecord[] {
  const value = parseJson(text, file);
  if (!Array.isArray(value)) throw unreadable(file, `it holds ${nameOf(value)}, not an array of flights`);
  if (value.length === 0) throw unreadable(file, "its array is empty");
  return value.map((record: unknown, index) => parseFlightRecord(record, file, index + 1));
}

function parseFlightRecord(record: unknown, file: string, number: number): FlightRecord {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw unreadable(file, `record ${number} is ${nameOf(record)}, not an object with the fields of a flight`);
  }
  for (const [name, isValid, must] of FIELDS) {
    const value = (record as Record<string, unknown>)[name];
    if (value === undefined) throw unreadable(file, `record ${number} has no "${name}"`);
    if (!isValid(value)) {
      throw unreadable(file, `in record ${number}, "${name}" is ${nameOf(value)}, not ${must}`);
    }
  }
  return record as FlightRecord;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(file, `it is not JSON: ${(error as SyntaxError).message}`);
  }
}

function unreadable(file: string, because: string): DemoError {
  return new DemoError(`Cannot read flights from "${file}": ${because}`);
}

/** A value in words, short enough for a message. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function isDate(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/.test(value)) return false;
  const iso = value.replaceAll("/", "-").replace(" ", "T");
  const date = new Date(`${iso}Z`);
  // February 30 would become a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}

function isDistance(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAirport(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z]{3}$/.test(value);
}
