import type { BackendProbe } from "../../src/backend/backend.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne } from "../fixtures.ts";

/** Milliseconds of a plausible clock skew: a year. A greater skew shows a time in another unit. */
const MAX_CLOCK_SKEW_MS = 31_536_000_000;

/** `backend.probe()` returns valid measurements, and rejects after an abort of its signal or a close of its backend. */
export const probeCases: readonly CaseDefinition[] = [
  {
    name: "probe() returns a round trip, and sizes and a clock skew where the storage knows them",
    invariant: "probing",
    run: async (context) => {
      const backend = await context.open();
      checkFacts(await context.wait(backend.probe(), "a probe before the first store"), "before the first store");
      await appendCommits(backend.store(context.namespace), "order.1", [2, 2]);
      const [first, second] = await context.wait(
        Promise.all([backend.probe(), backend.probe()]),
        "two probes at the same time",
      );
      for (const probe of [first, second]) checkFacts(probe, "after an append");
      expectEqual(
        (await appendOne(backend.store(context.namespace), "order.1")).version,
        5,
        "the version after probes",
      );
    },
  },
  {
    name: "probe() counts the subscriptions of its backend that have not ended",
    invariant: "probing",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const subscriptions = [store.subscribe(), backend.store(`${context.namespace}-b`).subscribe()];
      for (const [i, subscription] of subscriptions.entries()) {
        await context.wait(subscription.caughtUp, "a subscription to have caught up");
        const open = (await backend.probe()).subscriptions;
        expectEqual(
          open,
          { open: subscriptions.length - i, reconnecting: 0 },
          `the subscriptions after ${i} have ended`,
        );
        await context.wait(subscription.close(), "a subscription to close");
      }
      expectEqual((await backend.probe()).subscriptions.open, 0, "the open subscriptions at the end");
    },
  },
  {
    name: "probe() rejects after its signal was aborted, and after the backend was closed",
    invariant: "probing",
    run: async (context) => {
      const backend = await context.open();
      await expectError(backend.probe({ signal: AbortSignal.abort() }), "aborted", {}, "probe with an aborted signal");
      await backend.close();
      await expectError(backend.probe(), "closed", {}, "probe of a closed backend");
    },
  },
];

function checkFacts({ roundTrip, usedBytes, maxBytes, clockSkew }: BackendProbe, when: string): void {
  expectTrue(Number.isFinite(roundTrip) && roundTrip >= 0, `the round trip ${roundTrip} is a time, ${when}`);
  for (const [name, bytes] of Object.entries({ usedBytes, maxBytes })) {
    expectTrue(
      bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0),
      `${name} ${bytes} is a size, ${when}`,
    );
  }
  const isUsed = usedBytes === undefined || maxBytes === undefined || usedBytes <= maxBytes;
  expectTrue(isUsed, `${usedBytes} used bytes are at most ${maxBytes}, ${when}`);
  const isSkew = clockSkew === undefined || Math.abs(clockSkew) < MAX_CLOCK_SKEW_MS;
  expectTrue(isSkew, `a clock skew of ${clockSkew} ms is less than a year, ${when}`);
}
