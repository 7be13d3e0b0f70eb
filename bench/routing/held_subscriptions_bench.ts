/**
 * What a subscription on a bus holds: all that is live with 100,000 of them, less what was live before. The handler and the
 * texts of patterns and namespaces are the caller's, and not counted; what ends the subscription is. Where each subscription
 * has a namespace of its own, the bus and the room of that namespace are counted too.
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

  const kinds: [name: string, hears: number, subscribe: (bus: EventBus, i: number) => Disposable][] = [
    ["in one namespace", subscriptions, (bus) => bus.within(namespaces[0]!).subscribe(handler)],
    ["in one namespace, to an actor each", 1, (bus, i) => {
      return bus.within(namespaces[0]!).subscribe(handler, { actors: patterns[i]! });
    }],
    ["in a namespace each", 1, (bus, i) => bus.within(namespaces[i]!).subscribe(handler)],
  ];
  for (const [name, hears, subscribe] of kinds) {
    await using backend = memory();
    await using other = memory();
    subscribe(other.bus, 0); // Has the code compiled, which counts as memory too.
    const disposables = new Array<Disposable | undefined>(subscriptions).fill(undefined);
    const before = liveBytes();
    for (let i = 0; i < subscriptions; i++) disposables[i] = subscribe(backend.bus, i);
    const held = liveBytes() - before;
    called = 0;
    backend.bus.within(namespaces[0]!).publish(patterns[0]!, { type: "Viewed", data: {} });
    if (called !== hears) throw new Error(`${called} handlers are called, not ${hears}`);
    for (const disposable of disposables) disposable![Symbol.dispose]();
    yield {
      group: "memory of 100,000 subscriptions",
      name: `${name}, each`,
      measured: held / subscriptions,
      unit: "B",
    };
  }
}
