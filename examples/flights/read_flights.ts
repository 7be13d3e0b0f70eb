import { DemoError } from "./demo_error.ts";
import { type FlightRecord, parseFlightRecords } from "./flight_record.ts";

/**
 * Reads the flights of a file.
 *
 * @throws {DemoError} If it cannot be read, or does not hold flights.
 */
export async function readFlights(file: string): Promise<FlightRecord[]> {
  return parseFlightRecords(await readText(file), file);
}

async function readText(file: string): Promise<string> {
  try {
    const { isDirectory } = await Deno.stat(file);
    if (!isDirectory) return await Deno.readTextFile(file);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const because = isMissing ? "there is no such file" : (error as Error).message;
    throw new DemoError(`Cannot read flights from "${file}": ${because}`);
  }
  throw new DemoError(`Cannot read flights from "${file}": it is a directory`);
}
