import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { benchAppend } from "./append_bench.ts";
import { benchHeld } from "./held_bench.ts";
import { benchObserver } from "./observer_bench.ts";
import { benchReferences } from "./references_bench.ts";
import { benchRead } from "./read_bench.ts";
import { benchSchemas } from "./schema_bench.ts";
import { benchSplit } from "./split_bench.ts";
import { benchStreams } from "./stream_bench.ts";

/** Every row about the in-memory store. */
export async function* memoryGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  yield* benchAppend(scale);
  yield* benchSplit(scale);
  yield* benchStreams(scale);
  yield* benchReferences(scale);
  yield* benchObserver(scale);
  yield* benchRead(scale);
  yield* benchHeld(scale);
  yield* benchSchemas(scale);
}
