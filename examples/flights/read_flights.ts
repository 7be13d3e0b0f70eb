import { DemoError } from "./demo_error.ts";
import { type FlightRecord, parseFlightRecords } from "./flight_record.ts";

/**
 * Reads the flights of a file.
 *
 * @throws {DemoError} If the file cannot be read or does not contain flights.
 */
export async function readFlights(file: string): Promise<FlightRecord[]> {
  return parseFlightRecords(await readTextFile(file), file);
}

async function readTextFile(file: string): Promise<string> {
  try {
    const { isDirectory } = await Deno.stat(file);
    if (!isDirectory) return await Deno.readTextFile(file);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const reason = isMissing ? "there is no such file" : (error as Error).message;
    throw new DemoError(`Cannot read flights from "${file}": ${reason}`);
  }
  throw new DemoError(`Cannot read flights from "${file}": it is a directory`);
}
