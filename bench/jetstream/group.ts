import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { benchConcurrentWriters } from "./concurrent_bench.ts";
import { benchGarbage } from "./garbage_bench.ts";
import { fillLog } from "./fill_log.ts";
import { benchLive } from "./live_bench.ts";
import { benchRates } from "./rate_bench.ts";
import { benchRead } from "./read_bench.ts";
import { benchRepublish } from "./republish_bench.ts";
import { benchReplay } from "./replay_bench.ts";
import { benchShares } from "./share_bench.ts";
import { benchSnapshots } from "./snapshot_bench.ts";
import { openFixture } from "./fixture.ts";
import { benchWriter } from "./writer_bench.ts";

/** The namespace whose log is read. */
const NAMESPACE = "read";

/** Every row about the store on JetStream, beside nats.js without it, on one server. */
export async function* jetStreamGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  await using fixture = await openFixture();
  yield* benchWriter(fixture, scale);
  yield* benchConcurrentWriters(fixture, scale);
  yield* benchGarbage(fixture, scale);
  yield* benchRepublish(fixture, scale);
  const commits = await fillLog(fixture.backend.store(NAMESPACE), scale.count(100_000));
  yield* benchRead(fixture, NAMESPACE, scale);
  yield* benchReplay(fixture, NAMESPACE, commits, scale);
  yield* benchShares(fixture, NAMESPACE, commits, scale);
  yield* benchRates(fixture, scale);
  yield* benchLive(fixture, scale);
  yield* benchSnapshots(fixture, scale);
}
