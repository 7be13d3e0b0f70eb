import { DemoError } from "./demo_error.ts";

/** One flight of a file. See data/README.md. */
export interface FlightRecord {
  /** The local time of departure, `YYYY/MM/DD HH:MM`. The order of these strings is the order of time. */
  readonly date: string;
  /** Minutes of delay at the arrival; negative if it was early. */
  readonly delay: number;
  /** Miles between the two airports. */
  readonly distance: number;
  /** Code of the airport of departure. */
  readonly origin: string;
  /** Code of the airport of arrival. */
  readonly destination: string;
}

/** Each field, the check of its value, and the expected value in words. */
const FIELDS: readonly [name: keyof FlightRecord, isValid: (value: unknown) => boolean, expected: string][] = [
  ["date", isDate, `a time like "2001/01/31 23:59"`],
  ["delay", Number.isSafeInteger, "a whole number of minutes"],
  ["distance", isDistance, "a whole number of miles"],
  ["origin", isAirport, `an airport like "ABQ"`],
  ["destination", isAirport, `an airport like "ABQ"`],
];

/**
 * Parses the JSON of a file of flights.
 *
 * @param json A JSON array of at least one record.
 * @param file The name of the file, for messages.
 * @throws {DemoError} If the JSON is anything else. The message has the file, the number of the record, counted from 1,
 * and the field.
 */
export function parseFlightRecords(json: string, file: string): FlightRecord[] {
  const value = parseJson(json, file);
  if (!Array.isArray(value)) throw cannotRead(file, `it contains ${describe(value)}, not an array of flights`);
  if (value.length === 0) throw cannotRead(file, "its array is empty");
  return value.map((record: unknown, index) => parseFlightRecord(record, file, index + 1));
}

function parseFlightRecord(record: unknown, file: string, number: number): FlightRecord {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw cannotRead(file, `record ${number} is ${describe(record)}, not an object with the fields of a flight`);
  }
  for (const [name, isValid, expected] of FIELDS) {
    const value = (record as Record<string, unknown>)[name];
    if (value === undefined) throw cannotRead(file, `record ${number} has no "${name}"`);
    if (!isValid(value)) {
      throw cannotRead(file, `in record ${number}, "${name}" is ${describe(value)}, not ${expected}`);
    }
  }
  return record as FlightRecord;
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw cannotRead(file, `it is not JSON: ${(error as SyntaxError).message}`);
  }
}

function cannotRead(file: string, reason: string): DemoError {
  return new DemoError(`Cannot read flights from "${file}": ${reason}`);
}

/** Describes a value in at most 43 characters. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}...` : json;
}

function isDate(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/.test(value)) return false;
  const iso = value.replaceAll("/", "-").replace(" ", "T");
  const date = new Date(`${iso}Z`);
  // Date turns February 30 into a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}

function isDistance(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAirport(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z]{3}$/.test(value);
}
