import { consume } from "../../src/consumers/consume.ts";
import type { ConsumeOptions } from "../../src/consumers/consumer_options.ts";
import type { ConsumerControl } from "../../src/consumers/consumer.ts";
import { consumer } from "../../src/consumers/control_consumer.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { ConsumerRecorder, waitUntil } from "../consumer_recorder.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendOne, countUp } from "../fixtures.ts";

/** Options of consumers that park an actor at its first failure. The time to live is as in `consumer_cases.ts`. */
const PARKING: Partial<ConsumeOptions> = { ttl: 15_000, saveEvery: 20, onFailure: () => "park", onError: () => {} };

/** Control of a consumer by another process. */
export const consumerControlCases: readonly CaseDefinition[] = [
  {
    name: "consumer() in another process returns the status, and redrives and skips parked actors",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const { store, control, recorder } = await openControl(context);
      recorder.failing.add("order.1").add("order.2");
      const member = await consume(store, { ...PARKING, name: "c", order: "actor" }, recorder.handler);
      for (const n of [1, 2, 3, 1, 2, 3]) await appendOne(store, `order.${n}`);
      await context.wait(control.caughtUp(), "caughtUp by another process");
      const { members, lanes } = await control.status();
      expectEqual(members, [member.member], "the members");
      expectEqual(lanes.map(({ owner }) => owner), lanes.map(() => member.member), "the owners of the lanes");
      expectEqual(lanes.map(({ lag }) => lag.events), lanes.map(() => 0), "the lag of the lanes");
      const parked = (await control.parked()).map(({ actorId, version }) => `${actorId}@${version}`).sort();
      expectEqual(parked, ["order.1@1", "order.2@1"], "the parked actors");
      recorder.failing.clear();
      await control.redrive("order.1");
      await control.skip("order.2");
      await waitUntil(context, "no parked actor", async () => (await control.parked()).length === 0);
      expectEqual(recorder.versions("order.1"), [1, 2], "the handled versions of the redriven actor");
      expectEqual(recorder.versions("order.2"), [2], "the handled versions of the actor with a skipped event");
      await member.close();
    },
  },
  {
    name: "consumer() in another process pauses, resumes and resets the consumer",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const { store, control, recorder } = await openControl(context);
      const member = await consume(store, { ...PARKING, name: "c" }, recorder.handler);
      for (const n of countUp(1, 3)) await appendOne(store, `order.${n}`);
      await context.wait(control.caughtUp(), "caughtUp");
      await control.pause();
      await waitUntil(context, "a paused lane", async () => (await control.status()).lanes[0]!.state === "paused");
      await appendOne(store, "order.4");
      expectEqual((await control.status()).lanes[0]!.lag.events, 1, "the lag of the paused consumer");
      expectEqual(recorder.handled.length, 3, "the number of events that were handled before the resume");
      await control.resume();
      await context.wait(control.caughtUp(), "caughtUp after the resume");
      expectEqual(recorder.handled.length, 4, "the number of events that were handled after the resume");
      const [second] = await store.readAll({ limit: 2 }).toArray().then((events) => events.slice(1));
      await control.reset(second!.position);
      await recorder.until(6);
      await context.wait(control.caughtUp(), "caughtUp after the reset");
      expectEqual(recorder.handled.slice(4), ["order.3@1", "order.4@1"], "the events that were handled again");
      await member.close();
    },
  },
  {
    name: "consumer.forget() deletes a consumer without members, and its name can be used again",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const { store, control, recorder } = await openControl(context);
      await appendOne(store, "order.1");
      const member = await consume(store, { ...PARKING, name: "c" }, recorder.handler);
      await context.wait(member.caughtUp(), "caughtUp");
      await expectError(control.forget(), "invalid-argument", {}, "a consumer with a member");
      await member.close();
      await control.forget();
      await expectError(control.status(), "invalid-argument", {}, "the status of a deleted consumer");
      const again = await consume(store, { ...PARKING, name: "c", order: "actor" }, recorder.handler);
      await context.wait(again.caughtUp(), "caughtUp of the new consumer");
      expectEqual(recorder.versions("order.1"), [1, 1], "the handled versions");
      expectTrue(again.owned.length === 16, "the new consumer has 16 lanes");
      await again.close();
    },
  },
  {
    name: "consumer.forget() waits until a closing member has ended its handler",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const { store, control } = await openControl(context);
      const calls: string[] = [];
      const mayEnd = Promise.withResolvers<void>();
      const member = await consume(store, { ...PARKING, name: "c" }, async () => {
        calls.push("begins");
        await mayEnd.promise;
        calls.push("ends");
      });
      await appendOne(store, "order.1");
      await waitUntil(context, "a running handler", () => calls.length > 0);
      const closing = member.close();
      try {
        await waitUntil(context, "no members", async () => (await control.status()).members.length === 0);
        const forgetting = control.forget().then(() => calls.push("forgotten"));
        await waitUntil(context, "no consumer", () => control.status().then(() => false, () => true));
        mayEnd.resolve();
        await context.wait(forgetting, "forget");
      } finally {
        mayEnd.resolve();
        await closing;
      }
      expectEqual(calls, ["begins", "ends", "forgotten"], "the calls in order");
    },
  },
];

/** Opens a store for a consumer "c", and its control in another process. */
async function openControl(context: CaseContext): Promise<{
  readonly store: EventStore;
  readonly control: ConsumerControl;
  readonly recorder: ConsumerRecorder;
}> {
  const open = await context.recordBackends();
  const store = (await open()).store(context.namespace);
  const control = consumer((await open()).store(context.namespace), "c");
  return { store, control, recorder: new ConsumerRecorder(context) };
}
