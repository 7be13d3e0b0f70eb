/**
 * Records real flights as events of airports, and prints a report from these events: `deno task demo --help`.
 *
 * A flight is two facts: `Departed` of its origin in namespace `flights.departures`, and `Landed` of its destination in
 * `flights.arrivals`. In these two namespaces, `airport.ABQ` is two independent actors. The events of an airport on one
 * day are one commit, appended at the expected version.
 *
 * @module
 */
import { isAetherError } from "@flowmade-one/aether";
import { parseArguments, USAGE } from "./arguments.ts";
import { DemoError } from "./demo_error.ts";
import { durabilityInWords } from "./durability_in_words.ts";
import { flightStores } from "./flight_stores.ts";
import { type OpenBackend, openInFolder, openInMemory, openOnNats } from "./open_backend.ts";
import { Progress, standardOutput } from "./progress.ts";
import { readFlights } from "./read_flights.ts";
import { recordFlights } from "./record_flights.ts";
import { count } from "./report/format.ts";
import { report } from "./report/report.ts";

async function main(args: readonly string[]): Promise<void> {
  const { help, file, nats, data } = parseArguments(args);
  if (help) return console.log(USAGE);
  const flights = await readFlights(file);
  await using open = await openBackend(nats, data);
  const { backend, adapter } = open;
  console.log(`Recording ${count(flights.length)} flights of ${file.split(/[\\/]/).at(-1)}`);
  console.log(`Stored ${adapter}`);
  console.log(`Durability "${backend.capabilities.durability}": ${durabilityInWords(backend)}\n`);

  // A server or a file may hold earlier runs. Each run has its own namespaces, so that all actors begin at version 0.
  const root = nats === undefined && data === undefined ? "flights" : `flights.${crypto.randomUUID().slice(0, 8)}`;
  {
    using progress = new Progress(2 * flights.length, standardOutput());
    await recordFlights(flights, flightStores(backend, root), (events) => progress.add(events));
  }
  console.log(`\n${await report(backend, root)}`);
}

function openBackend(nats: string | undefined, data: string | undefined): OpenBackend | Promise<OpenBackend> {
  if (nats !== undefined) return openOnNats(nats);
  return data === undefined ? openInMemory() : openInFolder(data);
}

try {
  await main(Deno.args);
} catch (error) {
  if (!(error instanceof DemoError || isAetherError(error))) throw error;
  console.error(error.message.replace(/[\s\p{Cc}]+/gu, " "));
  Deno.exit(1);
}
