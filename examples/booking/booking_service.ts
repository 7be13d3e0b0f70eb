import type { Backend } from "@flowmade-one/aether";
import { Feeds } from "./http/feed.ts";
import { type Room, router } from "./http/router.ts";
import { bookingRoutes } from "./http/routes.ts";
import { GRACE_MS, HEARTBEAT_MS, LINGER_MS, PAUSE_MS } from "./limits.ts";
import { follow, type Following } from "./service/follow.ts";
import { settle } from "./service/payments.ts";
import type { Report } from "./service/report.ts";
import { ReadModel } from "./service/read_model.ts";
import { openTenant } from "./service/tenant.ts";

/** What a service is made from. */
export interface ServiceOptions {
  /** Where events are kept. The service closes it at its end. */
  readonly backend: Backend;
  /** The tenants that there are: each is one token of a namespace. */
  readonly tenants: readonly string[];
  /** On 127.0.0.1; 0 is any that is free. */
  readonly port: number;
  /** Where read models are kept; without it, in memory, and made again from the events at each start. */
  readonly data?: string | undefined;
  /** Is told what a client cannot mend. */
  readonly report: Report;
  /** Milliseconds between comments in a silent feed. */
  readonly heartbeat?: number | undefined;
  /** Milliseconds that requests under way are given at the end. */
  readonly grace?: number | undefined;
  /** Milliseconds until what follows the events begins again after a failure. */
  readonly pause?: number | undefined;
}

/** A service that runs. */
export interface BookingService extends AsyncDisposable {
  readonly url: string;
  /**
   * Ends it: takes no more connections, ends the feeds, waits for the requests under way, though not for clients that
   * stall beyond the grace, then for the payment that is being made and for snapshots on their way, and closes the
   * backend.
   */
  close(): Promise<void>;
}

/**
 * Starts the service.
 *
 * @throws {InvalidNamespaceError} If a tenant's name cannot be one.
 * @throws {Deno.errors.AddrInUse} The port is taken.
 */
export function startService(options: ServiceOptions): BookingService {
  const { backend, tenants, port, data, report } = options;
  const { heartbeat = HEARTBEAT_MS, grace = GRACE_MS, pause = PAUSE_MS } = options;
  const ending = new AbortController();
  const impatience = new AbortController();
  const rooms = new Map(tenants.map((name): [string, Room] => [name, {
    tenant: openTenant(backend, name, report),
    model: new ReadModel(data === undefined ? ":memory:" : `${data}/${name}.sqlite`),
  }]));
  const feeds = new Feeds({ signal: ending.signal, heartbeat, report });
  const handler = router({ routes: bookingRoutes(feeds), rooms, signal: impatience.signal, report });
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, handler);
  const following = new AbortController();
  const followers = [...rooms.values()].flatMap((room) =>
    followersOf(room, { signal: following.signal, report, pause })
  );

  let closing: Promise<void> | undefined;
  const close = async () => {
    const lingered = Promise.withResolvers<void>();
    let timer = setTimeout(() => {
      impatience.abort();
      timer = setTimeout(lingered.resolve, LINGER_MS);
    }, grace);
    ending.abort();
    // It waits for each client to send its whole request and to read its whole answer, and some never do.
    await Promise.race([server.shutdown(), lingered.promise]);
    clearTimeout(timer);
    following.abort();
    await Promise.all(followers);
    await backend.close();
    for (const { model } of rooms.values()) model[Symbol.dispose]();
  };
  const closeOnce = () => closing ??= close();
  return { url: `http://127.0.0.1:${server.addr.port}`, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

/** What follows a tenant's events: the tables, and the payments. */
function followersOf({ tenant, model }: Room, following: Following): Promise<void>[] {
  const prepare = async () => {
    const [first] = await tenant.store.readAll({ limit: 1, signal: following.signal }).toArray();
    model.belongTo(first?.id);
  };
  const programme = follow(tenant.store, {
    name: "the programme",
    prepare,
    checkpoint: () => model.position,
    handle: (event) => model.apply(event),
  }, following);
  const payments = follow(tenant.store, {
    name: "the payments",
    types: ["SeatHeld"],
    prepare,
    checkpoint: () => model.checkpoint("payments"),
    handle: async (event) => {
      await settle(tenant, event);
      model.keep("payments", event.position);
    },
  }, following);
  return [programme, payments];
}
