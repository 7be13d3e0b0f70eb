/**
 * An event that is there already goes to the handlers of its namespace by the bus's own way: the room's route, the order of
 * delivery, filters, and the isolation of handlers that throw or reject. 64 namespaces take turns. The limit calls the same
 * handlers from an array.
 */
import { NamespaceRoom } from "../../src/bus/namespace_room.ts";
import { Subscriber } from "../../src/bus/subscriber.ts";
import type { BusEvent } from "../../src/event/published_event.ts";
import { parseNamespace } from "../../mod.ts";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { type Handler, newHandler, seen } from "./handlers.ts";

const ROOMS = 64;

/** See the top of this file. */
export function* benchDelivery({ rounds, count }: Scale): Generator<Row, void, void> {
  for (const each of [1, 10, 100]) {
    const router = new PatternRouter<Subscriber>();
    const rooms: NamespaceRoom[] = [];
    const arrays: Handler[][] = [];
    const events: BusEvent[] = [];
    for (let i = 0; i < ROOMS; i++) {
      const namespace = parseNamespace(`tenant-${i}.orders`);
      const room = new NamespaceRoom(namespace, router);
      const array = Array.from({ length: each }, (_, j) => newHandler(j));
      for (const handler of array) room.add(new Subscriber(undefined, handler, fail), undefined);
      rooms.push(room);
      arrays.push(array);
      events.push(eventOf(namespace, i));
    }
    const operations = Math.ceil(count(16_384) / each);
    const common = { operations, prepare: (round: number) => round };
    const measured = measure(rounds(101), [
      {
        ...common,
        name: "room",
        run(round) {
          seen.sum = 0;
          for (let i = 0; i < operations; i++) {
            const at = i + round & ROOMS - 1;
            rooms[at]!.deliver(events[at]!);
          }
          return seen.sum;
        },
      },
      {
        ...common,
        name: "array",
        run(round) {
          seen.sum = 0;
          for (let i = 0; i < operations; i++) {
            const at = i + round & ROOMS - 1;
            const handlers = arrays[at]!;
            for (let j = 0; j < handlers.length; j++) handlers[j]!(events[at]!);
          }
          return seen.sum;
        },
      },
    ]);
    yield {
      group: "existing event, delivered by a bus",
      name: `${each} handler${each === 1 ? "" : "s"} / array loop`,
      measured: measured.timeRatio("room", "array"),
      unit: "of the time",
      note: `bus ${measured.nanoseconds("room").toFixed(1)}, array ${measured.nanoseconds("array").toFixed(1)} ns`,
    };
  }
}

function eventOf(namespace: BusEvent["namespace"], timestamp: number): BusEvent {
  return { id: "an-event", type: "Viewed", namespace, actorId: "order.42", timestamp, data: {}, metadata: {} };
}

function fail(error: unknown): never {
  throw error;
}
