/**
 * Records real flights as events of airports, and prints a report from these events: `deno task demo --help`.
 *
 * Each flight becomes two events: `Departed` of its origin in the namespace `flights.departures`, and `Landed` of its
 * destination in `flights.arrivals`. The actor id `airport.ABQ` names a different actor in each namespace. The
 * events of an airport on one day are one commit, which is appended at an expected version.
 *
 * @module
 */
import { isAetherError } from "@flowmade-one/aether";
import { parseArguments, USAGE } from "./arguments.ts";
import { DemoError } from "./demo_error.ts";
import { describeDurability } from "./describe_durability.ts";
import { flightStores } from "./flight_stores.ts";
import { type OpenBackend, openInFolder, openInMemory, openOnNats } from "./open_backend.ts";
import { Progress, standardOutput } from "./progress.ts";
import { readFlights } from "./read_flights.ts";
import { recordFlights } from "./record_flights.ts";
import { formatInteger } from "./report/format.ts";
import { report } from "./report/report.ts";

async function main(args: readonly string[]): Promise<void> {
  const { help, file, nats, data } = parseArguments(args);
  if (help) return console.log(USAGE);
  const flights = await readFlights(file);
  await using open = await openBackend(nats, data);
  const { backend, storage } = open;
  console.log(`Recording ${formatInteger(flights.length)} flights of ${file.split(/[\\/]/).at(-1)}`);
  console.log(`Stored ${storage}`);
  console.log(`Durability "${backend.capabilities.durability}": ${describeDurability(backend)}\n`);

  // A server or a file may have the events of earlier runs. Each run has new namespaces, in which each actor has
  // version 0.
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
