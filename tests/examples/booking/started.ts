import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type BookingService, type ServiceOptions, startService } from "../../../examples/booking/booking_service.ts";
import { Client } from "./client.ts";

/** A running service with two tenants on a free port, and its reports. */
export interface Started extends AsyncDisposable {
  readonly service: BookingService;
  readonly north: Client;
  readonly south: Client;
  /** Each reported failure: `<operation>: <error>`. */
  readonly reports: string[];
}

/** Starts a service that collects its reports. */
export async function start(backend: Backend = memory(), options: Partial<ServiceOptions> = {}): Promise<Started> {
  const reports: string[] = [];
  const report = (operation: string, error: unknown) => reports.push(`${operation}: ${error}`);
  const service = await startService({ backend, tenants: ["north", "south"], port: 0, report, ...options });
  return {
    service,
    north: new Client(`${service.url}/north`),
    south: new Client(`${service.url}/south`),
    reports,
    [Symbol.asyncDispose]: () => service.close(),
  };
}
