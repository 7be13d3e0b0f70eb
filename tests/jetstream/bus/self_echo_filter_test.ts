import { type AppendOutcome, newLogIdentity } from "@flowmade-one/aether/adapter";
import { assertEquals } from "@std/assert";
import { SelfEchoFilter } from "../../../adapters/jetstream/bus/self_echo_filter.ts";

/** Appends that a test settles, and what comes out. */
class Play {
  readonly own: SelfEchoFilter = new SelfEchoFilter();
  readonly given: (number | string)[] = [];

  constructor({ isHeard = true }: { isHeard?: boolean } = {}) {
    if (isHeard) this.own.listen();
  }

  /** The server announces a commit of the actor "a". */
  announce(sequence: number, actorId = "a", log = "t_events"): void {
    this.own.filter(log, actorId, sequence, () => this.given.push(sequence));
  }

  /** Begins an append to "a"; settled, its commit is announced by the core as `own <sequence>` a few moments later. */
  append(): (outcome: AppendOutcome | Error) => Promise<void> {
    const answer = Promise.withResolvers<AppendOutcome>();
    const done = this.own.whileAppending("t_events", "a", () => answer.promise).then(
      async (outcome) => {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        if (outcome.ok && !outcome.duplicate) this.given.push(`own ${outcome.offset}`);
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
const later = () => new Promise((resolve) => setTimeout(resolve, 2));

const plays: [name: string, play: (play: Play) => Promise<void>, given: (number | string)[]][] = [
  ["what others store is given at once", async (play) => {
    play.announce(1);
    play.announce(2);
    assertEquals(play.given, [1, 2]);
    await later();
  }, [1, 2]],
  ["an own commit that the server announces before it acknowledges it comes once", async (play) => {
    const settle = play.append();
    play.announce(1);
    await settle(stored(1));
  }, ["own 1"]],
  ["an own commit that the server announces after it was acknowledged comes once", async (play) => {
    await play.append()(stored(1));
    play.announce(1);
    await later();
    play.announce(1);
  }, ["own 1"]],
  ["what others stored before an own commit comes before it, what they stored after it after it", async (play) => {
    const settle = play.append();
    for (const sequence of [1, 2, 3]) play.announce(sequence);
    await settle(stored(2));
  }, [1, "own 2", 3]],
  ["what comes between an acknowledgement and its announcement comes after it", async (play) => {
    const settled = play.append()(stored(1));
    play.announce(2);
    await settled;
  }, ["own 1", 2]],
  ["what was stored before an own commit and comes after its announcement is dropped", async (play) => {
    await play.append()(stored(2));
    await later();
    play.announce(1);
    play.announce(3);
  }, ["own 2", 3]],
  ["a commit whose outcome is unknown comes from the server, once, if it was stored", async (play) => {
    const settle = play.append();
    play.announce(1);
    await settle(new Error("unknown"));
    assertEquals(play.given, []);
  }, [1]],
  ["a commit that was stored after its append was given up comes from the server", async (play) => {
    await play.append()(new Error("unknown"));
    await later();
    play.announce(1);
  }, [1]],
  ["a commit that another backend stored, and this one repeats, comes from the server", async (play) => {
    const settle = play.append();
    play.announce(1);
    await settle(stored(1, true));
  }, [1]],
  ["a conflict drops nothing", async (play) => {
    const settle = play.append();
    play.announce(1);
    await settle({ ok: false, actual: 1 });
  }, [1]],
  ["an append that follows at once does not keep back what came before it", async (play) => {
    const first = play.append();
    play.announce(1);
    await first(new Error("unknown"));
    const second = play.append();
    await later();
    assertEquals(play.given, [1]);
    play.announce(2);
    await later();
    assertEquals(play.given, [1]);
    await second(stored(3));
  }, [1, 2, "own 3"]],
  ["appends to one actor that are on their way together are each dropped", async (play) => {
    const [first, second] = [play.append(), play.append()];
    for (const sequence of [1, 2, 3]) play.announce(sequence);
    await first(stored(1));
    await later();
    await second(stored(2));
  }, ["own 1", "own 2", 3]],
  ["other actors, and other namespaces, are not kept waiting", async (play) => {
    const settle = play.append();
    play.announce(1, "b");
    play.announce(2, "a", "u_events");
    assertEquals(play.given, [1, 2]);
    await settle(stored(3));
  }, [1, 2, "own 3"]],
  ["of too much that waits, the rest is lost", async (play) => {
    const settle = play.append();
    for (let sequence = 1; sequence <= 1_001; sequence++) play.announce(sequence);
    await settle(new Error("unknown"));
  }, Array.from({ length: 1_000 }, (_, i) => i + 1)],
];

for (const [name, play, given] of plays) {
  Deno.test(name, async () => {
    const scene = new Play();
    await play(scene);
    await later();
    assertEquals(scene.given, given);
    scene.own.close();
  });
}

Deno.test("SelfEchoFilter drops an own commit for a listener that came during the append", async () => {
  const play = new Play({ isHeard: false });
  const settle = play.append();
  play.own.listen();
  play.announce(1);
  await settle(stored(1));
  await later();
  assertEquals(play.given, ["own 1"]);
});

Deno.test("SelfEchoFilter.close() drops held commits, and leaves no timer", async () => {
  const play = new Play();
  const settle = play.append();
  play.announce(1);
  await settle(new Error("unknown"));
  play.own.close();
  await later();
  assertEquals(play.given, []);
});
