import { parseActorPattern } from "@flowmade-one/aether/patterns";
import type { Position, RecordedEventOf } from "@flowmade-one/aether";
import type { BookingEvents } from "../domain/booking_events.ts";
import { MAX_FEEDS } from "../limits.ts";
import type { Report } from "../service/report.ts";
import { eventStream } from "./event_stream.ts";
import { badRequest, Problem } from "./problem.ts";
import { parsePositionFrom } from "./reads.ts";
import type { RequestContext } from "./request_context.ts";

/** Options of the feeds. */
export interface FeedOptions {
  /** Ends all feeds when it is aborted. */
  readonly signal: AbortSignal;
  /** Milliseconds between comments in a silent feed. */
  readonly heartbeat: number;
  readonly report: Report;
}

/** Counts and opens the feeds of all tenants: stored and new events, as server-sent events. */
export class Feeds {
  readonly #options: FeedOptions;
  #count = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** `GET /:tenant/feed` */
  async open({ tenant, request, url }: RequestContext): Promise<Response> {
    const { signal, heartbeat, report } = this.#options;
    const actors = actorsOf(url);
    const after = afterOf(request, url);
    // If events after the position have expired, this read fails, and the response has a status for that.
    if (after !== "now") await tenant.store.readAll({ after, limit: 1, signal }).toArray();
    if (this.#count >= MAX_FEEDS) {
      throw new Problem(503, "too-many-feeds", `There are ${MAX_FEEDS} feeds already`, {
        headers: { "retry-after": "10" },
      });
    }
    const subscription = tenant.store.subscribe({ after, actors });
    const close = () => void subscription.close();
    signal.addEventListener("abort", close);
    this.#count++;
    const body = eventStream(subscription, {
      toMessage,
      heartbeat,
      onEnd: (failure) => {
        this.#count--;
        signal.removeEventListener("abort", close);
        if (failure !== undefined) report(`a feed of ${tenant.name} ended`, failure);
      },
    });
    if (signal.aborted) close();
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }
}

/**
 * The start of a feed: after `Last-Event-ID`, else after `?after=`, which is `start` (the default), `now` or a
 * position.
 */
function afterOf(request: Request, url: URL): Position | "start" | "now" {
  // In the standard of server-sent events, an empty value means that the client has received no event.
  const lastEventId = request.headers.get("last-event-id") ?? "";
  if (lastEventId !== "") return parsePositionFrom(lastEventId, "Last-Event-ID");
  const after = url.searchParams.get("after") ?? "start";
  return after === "start" || after === "now" ? after : parsePositionFrom(after, "after");
}

function actorsOf(url: URL): string {
  const actors = url.searchParams.get("actors") ?? ">";
  try {
    return parseActorPattern(actors);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error), { field: "actors" });
  }
}

function toMessage({ position, type, actorId, version, timestamp, data }: RecordedEventOf<BookingEvents>): string {
  return `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify({ actorId, version, timestamp, data })}`;
}
