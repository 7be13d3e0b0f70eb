import type { Backend } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type BookingService, type ServiceOptions, startService } from "../../../examples/booking/booking_service.ts";
import { Client } from "./client.ts";

/** A service of two tenants on a free port, and what it reported. */
export interface Started extends AsyncDisposable {
  readonly service: BookingService;
  readonly north: Client;
  readonly south: Client;
  readonly reports: string[];
}

export async function start(backend: Backend = memory(), options: Partial<ServiceOptions> = {}): Promise<Started> {
  const reports: string[] = [];
  const report = (what: string, error: unknown) => reports.push(`${what}: ${error}`);
  const service = await startService({ backend, tenants: ["north", "south"], port: 0, report, ...options });
  return {
    service,
    north: new Client(`${service.url}/north`),
    south: new Client(`${service.url}/south`),
    reports,
    [Symbol.asyncDispose]: () => service.close(),
  };
}
