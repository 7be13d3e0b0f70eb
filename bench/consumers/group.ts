import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { fillLog } from "../jetstream/fill_log.ts";
import { openFixture } from "../jetstream/fixture.ts";
import { benchHandlers } from "./handler_bench.ts";
import { benchIdle } from "./idle_bench.ts";
import { benchThroughput } from "./throughput_bench.ts";

/** The namespace whose log is consumed. */
const NAMESPACE = "consumed";

/** Every row about consumers on JetStream, on one server. */
export async function* consumersGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  await using fixture = await openFixture();
  const commits = await fillLog(fixture.backend.store(NAMESPACE), scale.count(40_000));
  yield* benchThroughput(fixture, NAMESPACE, commits, scale);
  yield* benchHandlers(fixture, scale);
  yield* benchIdle(fixture, scale);
}
