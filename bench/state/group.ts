import { memory } from "../../adapters/memory/mod.ts";
import type { Backend } from "../../mod.ts";
import { openFixture } from "../jetstream/fixture.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { CounterEvents } from "./counter.ts";
import { benchExecute } from "./execute_bench.ts";
import { benchLoad } from "./load_bench.ts";

/** Every row about state from events, on both adapters. */
export async function* stateGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  {
    await using backend = memory();
    yield* benchState("in memory", backend, scale);
  }
  await using fixture = await openFixture();
  yield* benchState("on JetStream", fixture.backend, scale);
}

async function* benchState(where: string, backend: Backend, scale: Scale): AsyncGenerator<Row, void, void> {
  const store = backend.store("state", CounterEvents);
  yield* benchExecute(where, store, scale);
  yield* benchLoad(where, store, scale);
}
