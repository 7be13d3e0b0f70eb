/**
 * The handlers of an existing event are found, by a kept route or by the name of a namespace, and called. The limit is
 * a loop over an array. The reference is EventEmitter3, which has exact names only.
 */
import { EventEmitter } from "npm:eventemitter3@5.0.4";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { type Counted, type Handler, newHandler, seen } from "./handlers.ts";
import { fresh, Workload } from "./workload.ts";

/** The number of namespaces that take turns. */
const NAMESPACES = 64;
/** The part of an event that handlers read. */
const event: Counted = { timestamp: 1 };

/** See the top of this file. */
export function* benchHandlers(scale: Scale): Generator<Row, void, void> {
  for (const [each, reach, stretch] of [[1, 1.4, 1.2], [10, 1.05, 1.0], [100, 1.05, 1.0]] as const) {
    yield byRoute(each, scale, reach, stretch);
  }
  for (const [names, reach, stretch] of [[256, 1.15, 1.0], [4_096, 1.8, 1.2], [100_000, 1.3, 1.0]] as const) {
    yield byName(names, scale, reach, stretch);
  }
}

function byRoute(each: number, { rounds, count }: Scale, reach: number, stretch: number): Row {
  const router = new PatternRouter<Handler>();
  const emitter = new EventEmitter<string>();
  const arrays: Handler[][] = [];
  const names = Array.from({ length: NAMESPACES }, (_, i) => `tenant-${i}.orders`);
  for (const name of names) {
    const array = Array.from({ length: each }, (_, i) => newHandler(i));
    arrays.push(array);
    for (const handler of array) {
      router.add(name, handler);
      emitter.on(name, handler);
    }
  }
  const routes = names.map((name) => router.route(name));
  const operations = Math.ceil(count(16_384) / each);
  const common = { operations, prepare: () => operations };
  const measured = measure(rounds(101), [
    {
      ...common,
      name: "route",
      run(times) {
        seen.sum = 0;
        for (let i = 0; i < times; i++) {
          const found = routes[i % NAMESPACES]!.handlers;
          for (let j = 0; j < found.length; j++) found[j]!(event);
        }
        return seen.sum;
      },
    },
    {
      ...common,
      name: "array",
      run(times) {
        seen.sum = 0;
        for (let i = 0; i < times; i++) {
          const found = arrays[i % NAMESPACES]!;
          for (let j = 0; j < found.length; j++) found[j]!(event);
        }
        return seen.sum;
      },
    },
    {
      ...common,
      name: "EventEmitter3",
      run(times) {
        seen.sum = 0;
        for (let i = 0; i < times; i++) emitter.emit(names[i % NAMESPACES]!, event);
        return seen.sum;
      },
    },
  ]);
  const spent = ["route", "array", "EventEmitter3"].map((name) => `${name} ${measured.nanoseconds(name).toFixed(1)}`)
    .join(
      ", ",
    );
  return {
    group: "existing event by route",
    name: `${each} handler${each === 1 ? "" : "s"} / array loop`,
    measured: measured.timeRatio("route", "array"),
    unit: "of the time",
    reach,
    stretch,
    note: `${spent} ns`,
  };
}

function byName(rotating: number, { rounds, count }: Scale, reach?: number, stretch?: number): Row {
  const batch = count(16_384);
  const workload = new Workload(count(100_000), { star: 0, tail: 0 });
  const router = new PatternRouter<Handler>();
  const emitter = new EventEmitter<string>();
  workload.patterns.forEach((pattern, i) => {
    const handler = newHandler(i);
    router.add(pattern, handler);
    emitter.on(pattern, handler);
  });
  const random = new Random(11);
  const names = fresh(workload.patterns.slice(0, rotating).map((pattern) => pattern.split(".")));
  const order = Array.from(
    { length: batch },
    (_, i) => rotating <= batch ? names[i % names.length]! : random.pick(names),
  );
  const common = { operations: batch, prepare: () => order };
  const measured = measure(rounds(61), [
    {
      ...common,
      name: "router",
      run(names: readonly string[]) {
        seen.sum = 0;
        for (let i = 0; i < names.length; i++) {
          const found = router.match(names[i]!);
          for (let j = 0; j < found.length; j++) found[j]!(event);
        }
        return seen.sum;
      },
    },
    {
      ...common,
      name: "EventEmitter3",
      run(names: readonly string[]) {
        seen.sum = 0;
        for (let i = 0; i < names.length; i++) emitter.emit(names[i]!, event);
        return seen.sum;
      },
    },
  ]);
  const spent = ["router", "EventEmitter3"].map((name) => `${name} ${measured.nanoseconds(name).toFixed(1)}`).join(
    ", ",
  );
  return {
    group: "existing event by name, 100,000 patterns",
    name: `${rotating.toLocaleString("en")} rotating names / EventEmitter3`,
    measured: measured.timeRatio("router", "EventEmitter3"),
    unit: "of the time",
    reach,
    stretch,
    note: `${spent} ns`,
  };
}
