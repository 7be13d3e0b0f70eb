import { type AppendOutcome, newLogIdentity } from "@flowmade-one/aether/adapter";
import { assertEquals } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { SelfEchoFilter } from "../../../adapters/jetstream/bus/self_echo_filter.ts";

/**
 * A filter with one listener. `delivered` has the sequences of the republished commits that it delivered, and
 * `own <sequence>` for each commit that the core delivered.
 */
class Scene {
  readonly filter: SelfEchoFilter = new SelfEchoFilter();
  readonly delivered: (number | string)[] = [];

  constructor({ hasListener = true }: { hasListener?: boolean } = {}) {
    if (hasListener) this.filter.listen();
  }

  /** Passes the server's copy of a commit to the filter. */
  republish(sequence: number, actorId = "a", log = "t_events"): void {
    this.filter.filter(log, actorId, sequence, () => this.delivered.push(sequence));
  }

  /**
   * Begins an append to "a". Returns a function that ends it with an outcome or an error. If the append
   * stored a commit, the core delivers that commit some microtasks later.
   */
  append(): (outcome: AppendOutcome | Error) => Promise<void> {
    const answer = Promise.withResolvers<AppendOutcome>();
    const done = this.filter.whileAppending("t_events", "a", () => answer.promise).then(
      async (outcome) => {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        if (outcome.ok && !outcome.duplicate) this.delivered.push(`own ${outcome.offset}`);
      },
      () => {},
    );
    return async (outcome) => {
      if (outcome instanceof Error) answer.reject(outcome);
      else answer.resolve(outcome);
      await done;
    };
  }
}

const identity = newLogIdentity();
const stored = (offset: number, duplicate = false): AppendOutcome => ({
  ok: true,
  version: offset,
  identity,
  offset,
  duplicate,
});
/** Waits until the filter has released held commits, which it does in a later turn of the event loop. */
const later = () => turns();

const cases: [behaviour: string, run: (scene: Scene) => Promise<void>, delivered: (number | string)[]][] = [
  ["delivers commits of other backends at once", async (scene) => {
    scene.republish(1);
    scene.republish(2);
    assertEquals(scene.delivered, [1, 2]);
    await later();
  }, [1, 2]],
  ["drops the copy of an own commit that arrives before the acknowledgement", async (scene) => {
    const settle = scene.append();
    scene.republish(1);
    await settle(stored(1));
  }, ["own 1"]],
  ["drops copies of an own commit that arrive after the acknowledgement", async (scene) => {
    await scene.append()(stored(1));
    scene.republish(1);
    await later();
    scene.republish(1);
  }, ["own 1"]],
  ["keeps the order of an own commit and of commits that others stored before and after it", async (scene) => {
    const settle = scene.append();
    for (const sequence of [1, 2, 3]) scene.republish(sequence);
    await settle(stored(2));
  }, [1, "own 2", 3]],
  ["holds a later commit of others until the core has delivered the own commit", async (scene) => {
    const settled = scene.append()(stored(1));
    scene.republish(2);
    await settled;
  }, ["own 1", 2]],
  [
    "drops a commit of others that is out of order, because the core has delivered a later own commit",
    async (scene) => {
      await scene.append()(stored(2));
      await later();
      scene.republish(1);
      scene.republish(3);
    },
    ["own 2", 3],
  ],
  [
    "holds the copy of an own commit while its append is in flight, and delivers it after the append has failed",
    async (scene) => {
      const settle = scene.append();
      scene.republish(1);
      await settle(new Error("unknown"));
      assertEquals(scene.delivered, []);
    },
    [1],
  ],
  ["delivers the copy of an own commit that arrives after its append has failed", async (scene) => {
    await scene.append()(new Error("unknown"));
    await later();
    scene.republish(1);
  }, [1]],
  ["delivers the copy of a commit if this backend's append was a duplicate", async (scene) => {
    const settle = scene.append();
    scene.republish(1);
    await settle(stored(1, true));
  }, [1]],
  ["drops nothing after a version conflict", async (scene) => {
    const settle = scene.append();
    scene.republish(1);
    await settle({ ok: false, actual: 1 });
  }, [1]],
  ["releases the commits that a first append held, even while a second append is in flight", async (scene) => {
    const first = scene.append();
    scene.republish(1);
    await first(new Error("unknown"));
    const second = scene.append();
    await later();
    assertEquals(scene.delivered, [1]);
    scene.republish(2);
    await later();
    assertEquals(scene.delivered, [1]);
    await second(stored(3));
  }, [1, 2, "own 3"]],
  ["drops the copies of two concurrent appends to one actor", async (scene) => {
    const [first, second] = [scene.append(), scene.append()];
    for (const sequence of [1, 2, 3]) scene.republish(sequence);
    await first(stored(1));
    await later();
    await second(stored(2));
  }, ["own 1", "own 2", 3]],
  ["does not hold commits of other actors or other namespaces", async (scene) => {
    const settle = scene.append();
    scene.republish(1, "b");
    scene.republish(2, "a", "u_events");
    assertEquals(scene.delivered, [1, 2]);
    await settle(stored(3));
  }, [1, 2, "own 3"]],
  ["holds 1,000 commits of an actor, and loses further ones", async (scene) => {
    const settle = scene.append();
    for (let sequence = 1; sequence <= 1_001; sequence++) scene.republish(sequence);
    await settle(new Error("unknown"));
  }, Array.from({ length: 1_000 }, (_, i) => i + 1)],
];

for (const [behaviour, run, delivered] of cases) {
  Deno.test(`SelfEchoFilter ${behaviour}`, async () => {
    const scene = new Scene();
    await run(scene);
    await later();
    assertEquals(scene.delivered, delivered);
    scene.filter.close();
  });
}

Deno.test("SelfEchoFilter drops the copy of an own commit for a listener that is added during the append", async () => {
  const scene = new Scene({ hasListener: false });
  const settle = scene.append();
  scene.filter.listen();
  scene.republish(1);
  await settle(stored(1));
  await later();
  assertEquals(scene.delivered, ["own 1"]);
});

Deno.test("SelfEchoFilter.close() drops held commits, and leaves no timer", async () => {
  const scene = new Scene();
  const settle = scene.append();
  scene.republish(1);
  await settle(new Error("unknown"));
  scene.filter.close();
  await later();
  assertEquals(scene.delivered, []);
});
