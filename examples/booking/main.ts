/**
 * A booking service for cinemas over HTTP. `deno task booking --help` lists the options; the README in this folder
 * lists the requests.
 *
 * @module
 */
import { isAetherError } from "@flowmade-one/aether";
import { parseArguments, USAGE } from "./arguments.ts";
import { type BookingService, startService } from "./booking_service.ts";
import { type OpenBackend, openInFolder, openInMemory, openOnNats } from "./open_backend.ts";
import { UsageError } from "./usage_error.ts";

/** Windows has no SIGTERM; closing the window of a terminal is SIGBREAK there. */
const END_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

async function main(args: readonly string[]): Promise<void> {
  const { help, port, tenants, nats, data } = parseArguments(args);
  if (help) return console.log(USAGE);
  const asked = Promise.withResolvers<Deno.Signal>();
  for (const signal of END_SIGNALS) Deno.addSignalListener(signal, () => asked.resolve(signal));

  if (data !== undefined) await Deno.mkdir(data, { recursive: true });
  await using open = await openBackend(nats, data);
  await using service = await listening(
    () => startService({ backend: open.backend, tenants, port, data, report }),
    port,
  );
  console.log(`Booking seats for ${tenants.join(" and ")}, stored ${open.adapter}: ${service.url}`);
  console.log(`Try: curl ${service.url}/${tenants[0]}/screenings`);
  console.log("Ctrl-C ends it.");

  console.log(`\n${await asked.promise}: no more connections; waiting for the requests under way`);
  await service.close();
  console.log("Ended.");
}

function openBackend(nats: string | undefined, data: string | undefined): OpenBackend | Promise<OpenBackend> {
  if (nats !== undefined) return openOnNats(nats);
  return data === undefined ? openInMemory() : openInFolder(data);
}

async function listening(start: () => Promise<BookingService>, port: number): Promise<BookingService> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(`Cannot listen on port ${port}: another program does. --port chooses another`);
  }
}

function report(what: string, error: unknown): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  console.error(`${new Date().toISOString()} ${what}: ${reason}`);
}

try {
  await main(Deno.args);
  Deno.exit(0); // The signal listeners would keep the process alive.
} catch (error) {
  const isPlain = error instanceof UsageError || isAetherError(error);
  if (!isPlain) throw error;
  console.error(error.message);
  Deno.exit(1);
}
