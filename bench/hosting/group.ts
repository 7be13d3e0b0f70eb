import { openFixture } from "../jetstream/fixture.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { CounterEvents } from "../state/counter.ts";
import { benchFailover } from "./failover_bench.ts";
import { benchHotActor } from "./hot_actor_bench.ts";
import { benchProcesses } from "./processes_bench.ts";
import { benchTraffic } from "./traffic_bench.ts";

/** Every row about hosted actors and the cluster, on JetStream. */
export async function* hostingGroup(scale: Scale): AsyncGenerator<Row, void, void> {
  {
    await using fixture = await openFixture();
    await using cluster = await fixture.backend.join({ name: "bench", heartbeat: 2_000, ttl: 60_000 });
    const store = fixture.backend.store("hosting", CounterEvents);
    yield* benchHotActor(store, cluster, scale);
    yield* benchProcesses(fixture.server.url, store, cluster, scale);
  }
  {
    await using fixture = await openFixture();
    yield* benchTraffic(fixture.server, scale);
  }
  await using fixture = await openFixture();
  yield* benchFailover(fixture.server.url, scale);
}
