/**
 * Append, read and publish in a backend without an observer, and in a backend whose observer observes nothing. The
 * ratio is the price of having an observer. A backend without an observer makes one comparison with `undefined` for
 * each operation. No bench of one build can leave the comparison out. docs/benchmarks.md has its price, from two
 * builds.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { Backend } from "../../mod.ts";
import { collectGarbage } from "../heap.ts";
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

/** The input of one run. */
interface Input {
  readonly backend: Backend;
  readonly ids: readonly string[];
}

const NAMESPACE = "bench";

/** Each operation, once for each actor. Returns an answer to check. */
const OPERATIONS: Readonly<Record<string, (input: Input) => number | Promise<number>>> = {
  append: appendAll,
  async read({ backend, ids }) {
    const store = backend.store(NAMESPACE);
    let sum = 0;
    for (const id of ids) sum += (await store.read(id).toArray()).length;
    return sum;
  },
  publish({ backend, ids }) {
    const bus = backend.bus.within(NAMESPACE);
    let received = 0;
    using _ = bus.subscribe(() => void received++);
    for (let i = 0; i < ids.length; i++) bus.publish(ids[i]!, makeEvent(i));
    return received;
  },
};

/** See the top of this file. */
export async function* benchObserver({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(100_000));
  const warmUp = actors.slice(0, count(10_000));
  for (const [operation, run] of Object.entries(OPERATIONS)) {
    const prepared = async (open: () => Backend, ids: readonly string[]) => {
      const input = { backend: open(), ids };
      if (operation === "read") await appendAll(input);
      return input;
    };
    const candidate = (name: string, open: () => Backend): AsyncCandidate<Input> => ({
      name,
      operations: actors.length,
      async prepare() {
        await run(await prepared(open, warmUp));
        const input = await prepared(open, actors);
        collectGarbage();
        return input;
      },
      run,
    });
    const measured = await measureAsync(rounds(7), [
      candidate("observed", () => memory({ observer: { start: () => undefined } })),
      candidate("plain", () => memory()),
    ]);
    yield {
      group: `${operation} with an observer`,
      name: "an observer that observes nothing / no observer",
      measured: measured.timeRatio("observed", "plain"),
      unit: "of the time",
      note: `${measured.nanoseconds("observed").toFixed(0)} / ${measured.nanoseconds("plain").toFixed(0)} ns`,
    };
  }
}

async function appendAll({ backend, ids }: Input): Promise<number> {
  const store = backend.store(NAMESPACE);
  let sum = 0;
  for (let i = 0; i < ids.length; i++) {
    sum += (await store.append(ids[i]!, [makeEvent(i)], { expectedVersion: 0 })).version;
  }
  return sum;
}
