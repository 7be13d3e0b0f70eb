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

/** Windows has no SIGTERM. Closing the window of a terminal sends SIGBREAK there. */
const END_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

async function main(args: readonly string[]): Promise<void> {
  const { help, port, tenants, nats, data } = parseArguments(args);
  if (help) return console.log(USAGE);
  const endSignal = Promise.withResolvers<Deno.Signal>();
  for (const signal of END_SIGNALS) Deno.addSignalListener(signal, () => endSignal.resolve(signal));

  if (data !== undefined) await Deno.mkdir(data, { recursive: true });
  await using open = await openBackend(nats, data);
  await using service = await explainTakenPort(
    () => startService({ backend: open.backend, tenants, port, data, report }),
    port,
  );
  console.log(`Booking seats for ${tenants.join(" and ")}, stored ${open.storage}: ${service.url}`);
  console.log(`Try: curl ${service.url}/${tenants[0]}/screenings`);
  console.log("Ctrl-C ends it.");

  console.log(`\n${await endSignal.promise}: accepting no more connections; waiting for running requests`);
  await service.close();
  console.log("Ended.");
}

function openBackend(nats: string | undefined, data: string | undefined): OpenBackend | Promise<OpenBackend> {
  if (nats !== undefined) return openOnNats(nats);
  return data === undefined ? openInMemory() : openInFolder(data);
}

async function explainTakenPort(start: () => Promise<BookingService>, port: number): Promise<BookingService> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(`Cannot listen on port ${port}: another program uses it. Choose another port with --port`);
  }
}

function report(operation: string, error: unknown): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  console.error(`${new Date().toISOString()} ${operation}: ${reason}`);
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
