import type { EventStore } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import type { ClusterHostOptions } from "../../src/hosting/actor_host.ts";
import { memory } from "@flowmade-one/aether/memory";
import { type HostContext, newCounts } from "../../src/hosting/host_context.ts";
import { toHostSettings } from "../../src/hosting/host_options.ts";
import { OwnedActors } from "../../src/hosting/owned_actors.ts";
import { RequestHandler } from "../../src/hosting/request_handler.ts";
import type { AnyDecider } from "../../src/state/command_execution.ts";
import { type SeatCommand, SeatEvents, type Seats, seats } from "./seats.ts";
import { TestClock } from "../_support/test_clock.ts";

/** Options of a host that a test of its parts can set. */
export interface HandlerOptions {
  maxQueue?: number;
  idleAfter?: number;
  maxActors?: number;
  cluster?: Cluster | undefined;
  name?: string;
  answer?: (state: Seats) => unknown;
}

/** The session to which the requests of {@link openHandler} are sent. */
export const SESSION = "n1~1";

/** Opens the parts of a host without a cluster. A test calls them itself. */
export function openHandler(options: HandlerOptions = {}) {
  const clock = new TestClock();
  const store = memory().store("screenings", SeatEvents);
  const context: HostContext<Seats, SeatCommand> = {
    store: store as unknown as EventStore,
    decider: seats as unknown as AnyDecider<Seats, SeatCommand>,
    settings: toHostSettings<Seats>(
      { answer: ({ takenBy }: Seats) => takenBy, ...options } as ClusterHostOptions<Seats, unknown>,
    ),
    environment: clock,
    retry: {},
    counts: newCounts(),
  };
  const actors = new OwnedActors(context);
  const limits = { maxBytes: Infinity };
  const handler = new RequestHandler(context, actors, limits);
  const ask = async (request: object): Promise<Record<string, unknown>> => {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    return JSON.parse(new TextDecoder().decode(await handler.answer(bytes, SESSION)));
  };
  return { clock, store, context, actors, handler, ask, limits };
}

/** A request that takes a seat. */
export function taking(by: string, more: object = {}): object {
  return { v: 1, actorId: "screening.1", command: { take: by }, commitId: by, since: 0, options: {}, ...more };
}
