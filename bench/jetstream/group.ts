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
import { openScene } from "./scene.ts";
import { benchWriter } from "./writer_bench.ts";

/** The namespace whose log is read. */
const NAMESPACE = "read";

/** Every row about the store on JetStream, beside nats.js without it, on one server. */
export async function* jetStreamGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  await using scene = await openScene();
  yield* benchWriter(scene, scale);
  yield* benchConcurrentWriters(scene, scale);
  yield* benchGarbage(scene, scale);
  yield* benchRepublish(scene, scale);
  const commits = await fillLog(scene.backend.store(NAMESPACE), scale.count(100_000));
  yield* benchRead(scene, NAMESPACE, scale);
  yield* benchReplay(scene, NAMESPACE, commits, scale);
  yield* benchShares(scene, NAMESPACE, commits, scale);
  yield* benchRates(scene, scale);
  yield* benchLive(scene, scale);
  yield* benchSnapshots(scene, scale);
}
