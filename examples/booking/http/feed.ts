import { parseActorPattern } from "@flowmade-one/aether/patterns";
import type { Position, RecordedEventOf } from "@flowmade-one/aether";
import type { BookingEvents } from "../domain/booking_events.ts";
import { MAX_FEEDS } from "../limits.ts";
import type { Report } from "../service/report.ts";
import type { Call } from "./call.ts";
import { eventStream } from "./event_stream.ts";
import { badRequest, Problem } from "./problem.ts";
import { positionOf } from "./reads.ts";

/** Options of the feeds. */
export interface FeedOptions {
  /** Ends all feeds. */
  readonly signal: AbortSignal;
  readonly heartbeat: number;
  readonly report: Report;
}

/** `GET /:tenant/feed`: stored and new events, as server-sent events. */
export class Feeds {
  readonly #options: FeedOptions;
  #open = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  async answer({ tenant, request, url }: Call): Promise<Response> {
    const { signal, heartbeat, report } = this.#options;
    const actors = actorsOf(url);
    const after = afterOf(request, url);
    // This read fails before the status is sent if the history after the position has expired.
    if (after !== "now") await tenant.store.readAll({ after, limit: 1, signal }).toArray();
    if (this.#open >= MAX_FEEDS) {
      throw new Problem(503, "too-many-feeds", `There are ${MAX_FEEDS} feeds already`, {
        headers: { "retry-after": "10" },
      });
    }
    const subscription = tenant.store.subscribe({ after, actors });
    const close = () => void subscription.close();
    signal.addEventListener("abort", close);
    this.#open++;
    const body = eventStream(subscription, {
      toMessage,
      heartbeat,
      onEnd: (failure) => {
        this.#open--;
        signal.removeEventListener("abort", close);
        if (failure !== undefined) report(`a feed of ${tenant.name} ended`, failure);
      },
    });
    if (signal.aborted) close();
    return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }
}

/** Where a feed starts: after `Last-Event-ID`, else at `?after=`: `start` (the default), `now` or a position. */
function afterOf(request: Request, url: URL): Position | "start" | "now" {
  // An empty value means that there was no last event, as in the standard of server-sent events.
  const lastEventId = request.headers.get("last-event-id") ?? "";
  if (lastEventId !== "") return positionOf(lastEventId, "Last-Event-ID");
  const after = url.searchParams.get("after") ?? "start";
  return after === "start" || after === "now" ? after : positionOf(after, "after");
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
