/**
 * The memory of a subscription on a bus: the live memory with 100,000 of them, minus the live memory before. The
 * handler and the strings of patterns and namespaces belong to the caller and are not counted. The object that ends the
 * subscription is counted. If each subscription has its own namespace, the bus and the channel of that namespace are
 * counted too.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { EventBus } from "../../mod.ts";
import { liveBytes } from "../heap.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { fresh, Workload } from "./workload.ts";

let called = 0;
const handler = () => void called++;

/** See the top of this file. */
export async function* benchHeldSubscriptions({ count }: Scale): AsyncGenerator<Row, void, void> {
  const subscriptions = count(100_000);
  const { patterns } = new Workload(subscriptions, { star: 0, tail: 0 });
  const namespaces = fresh(patterns.map((_, i) => ["eu", `t${100_000 + i}`, "orders"]));

  const kinds: [name: string, calls: number, subscribe: (bus: EventBus, i: number) => Disposable][] = [
    ["all in one namespace", subscriptions, (bus) => bus.within(namespaces[0]!).subscribe(handler)],
    ["all in one namespace, each to its own actor", 1, (bus, i) => {
      return bus.within(namespaces[0]!).subscribe(handler, { actors: patterns[i]! });
    }],
    ["each in its own namespace", 1, (bus, i) => bus.within(namespaces[i]!).subscribe(handler)],
  ];
  for (const [name, calls, subscribe] of kinds) {
    await using backend = memory();
    await using other = memory();
    subscribe(other.bus, 0); // Compiles the code, which counts as memory too.
    const disposables = new Array<Disposable | undefined>(subscriptions).fill(undefined);
    const before = liveBytes();
    for (let i = 0; i < subscriptions; i++) disposables[i] = subscribe(backend.bus, i);
    const held = liveBytes() - before;
    called = 0;
    backend.bus.within(namespaces[0]!).publish(patterns[0]!, { type: "Viewed", data: {} });
    if (called !== calls) throw new Error(`Cannot measure: ${called} handlers are called, not ${calls}`);
    for (const disposable of disposables) disposable![Symbol.dispose]();
    yield {
      group: "memory of one of 100,000 subscriptions",
      name,
      measured: held / subscriptions,
      unit: "B",
    };
  }
}
