import type { Backend } from "@flowmade-one/aether";
import type { Consumer } from "@flowmade-one/aether/consumers";
import type { CheckedConsumer } from "@flowmade-one/aether/observability";
import { Feeds } from "./http/feed.ts";
import { withHealthz } from "./http/healthz.ts";
import { router, type ServedTenant } from "./http/router.ts";
import { bookingRoutes } from "./http/routes.ts";
import { GRACE_MS, HEARTBEAT_MS, HOLD_MS, LINGER_MS } from "./limits.ts";
import { consumerSettings } from "./service/consumer_settings.ts";
import { deadlines } from "./service/deadlines.ts";
import { payments } from "./service/payments.ts";
import type { Report } from "./service/report.ts";
import { ReadModel } from "./service/read_model.ts";
import { openTenant, type Tenant } from "./service/tenant.ts";

/** The options of {@link startService}. */
export interface ServiceOptions {
  /** The storage of the events. The service closes it at its end. */
  readonly backend: Backend;
  /** The names of the tenants. Each is one token of a namespace. */
  readonly tenants: readonly string[];
  /** The port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  /** The folder of the read models. Without it, they stay in memory and are built from the events at each start. */
  readonly data?: string | undefined;
  /** Called with each failure that a client cannot fix. */
  readonly report: Report;
  /** Milliseconds between comments in a silent feed. */
  readonly heartbeat?: number | undefined;
  /** Milliseconds that running requests have to end when the service ends. */
  readonly grace?: number | undefined;
  /** Milliseconds before a failed payment is retried; without it, the default of `consume`. */
  readonly pause?: number | undefined;
  /** Milliseconds that a seat stays held for a customer who has not paid. */
  readonly holdTime?: number | undefined;
}

/** A running service. */
export interface BookingService extends AsyncDisposable {
  readonly url: string;
  /**
   * Ends the service: accepts no more connections, ends the feeds, and waits for running requests. After the grace
   * period, it aborts the requests that still run. Then it waits for running payments and snapshots, and closes the
   * backend.
   */
  close(): Promise<void>;
}

/**
 * Starts the service.
 *
 * @returns When the service accepts connections, and its consumers run.
 * @throws {InvalidNamespaceError} If a tenant's name is not one token of a namespace.
 * @throws {UnavailableError} If the storage does not answer.
 * @throws {Deno.errors.AddrInUse} If the port is taken.
 */
export async function startService(options: ServiceOptions): Promise<BookingService> {
  const { backend, tenants, port, report, heartbeat = HEARTBEAT_MS, grace = GRACE_MS } = options;
  const ending = new AbortController();
  const requestAbort = new AbortController();
  // All names are checked before anything runs.
  const opened = tenants.map((name) => openTenant(backend, name, report));
  const served = new Map(opened.map((tenant) => [tenant.name, serveTenant(tenant, options)]));
  const feeds = new Feeds({ signal: ending.signal, heartbeat, report });
  const handler = router({ routes: bookingRoutes(feeds), tenants: served, signal: requestAbort.signal, report });
  const consumers: Consumer[] = [];
  const closeParts = async () => {
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await Promise.all([...served.values()].map(({ projection }) => projection.close()));
    await backend.close();
    for (const { model } of served.values()) model[Symbol.dispose]();
  };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    const checked: CheckedConsumer[] = [];
    for (const { tenant } of served.values()) {
      const started = await startConsumers(tenant, options);
      consumers.push(...started);
      checked.push(...started.map((consumer) => withTenant(consumer, tenant)));
    }
    server = Deno.serve(
      { hostname: "127.0.0.1", port, onListen: () => {} },
      withHealthz(backend, checked, handler),
    );
  } catch (error) {
    await closeParts();
    throw error;
  }

  let closing: Promise<void> | undefined;
  const close = async () => {
    const lingerEnd = Promise.withResolvers<void>();
    let timer = setTimeout(() => {
      requestAbort.abort();
      timer = setTimeout(lingerEnd.resolve, LINGER_MS);
    }, grace);
    ending.abort();
    // shutdown() waits until each client has sent its whole request and read its whole response. Some clients never do.
    await Promise.race([server.shutdown(), lingerEnd.promise]);
    clearTimeout(timer);
    await closeParts();
  };
  const closeOnce = () => closing ??= close();
  return { url: `http://127.0.0.1:${server.addr.port}`, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

/** Opens the read model of a tenant and starts its projection. */
function serveTenant(tenant: Tenant, { data, report }: ServiceOptions): ServedTenant {
  const model = new ReadModel(data === undefined ? ":memory:" : `${data}/${tenant.name}.sqlite`);
  const projection = model.follow(tenant.store, (error) => report(`the programme of ${tenant.store.namespace}`, error));
  return { tenant, model, projection };
}

/** A consumer under a name that no consumer of another tenant has. */
function withTenant(consumer: Consumer, tenant: Tenant): CheckedConsumer {
  return { name: `${tenant.name}/${consumer.name}`, status: (options) => consumer.status(options) };
}

/** Starts this process's consumers for the payments and deadlines of a tenant. */
function startConsumers(tenant: Tenant, { report, pause, holdTime = HOLD_MS }: ServiceOptions): Promise<Consumer[]> {
  const { namespace } = tenant.store;
  const settings = (name: string) => consumerSettings(`${name} of ${namespace}`, report, pause);
  return Promise.all([
    payments(tenant, settings("the payments")),
    deadlines(tenant, holdTime, settings("the deadlines")),
  ]);
}
