import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { benchConcurrentWriters } from "./concurrent_bench.ts";
import { benchProjection } from "./projection_bench.ts";
import { benchRead } from "./read_bench.ts";
import { benchWriter } from "./writer_bench.ts";

/**
 * Every row about the store on SQLite. Its files are in a temporary folder. Set `TMPDIR` to a folder on a real disk.
 */
export async function* sqliteGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  const folder = await Deno.makeTempDir({ prefix: "aether-bench-" });
  try {
    yield* benchWriter(folder, scale);
    yield* benchConcurrentWriters(folder, scale);
    yield* benchRead(folder, scale);
    yield* benchProjection(folder, scale);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
