import { assertEquals, assertRejects } from "@std/assert";
import type { LogContext } from "../../../adapters/jetstream/log/log_context.ts";
import { RetentionHorizon } from "../../../adapters/jetstream/retention/retention_horizon.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { messageSize } from "../../../adapters/jetstream/wire/message_size.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";

const message = (sequence: number) => ({ sequence, subject: "s", headers: undefined, data: new Uint8Array(100) });
const size = messageSize(message(1));

/** A log of ten messages of one size. They stay readable after a purge. */
const log = {
  api: { connection: { info: { version: "2.10.0" } }, newBudget: () => new RetryBudget(60_000, undefined) },
  names: { allActors: "s" },
  stream: { isReplicated: false },
  gets: { next: (_subject: string, sequence: number) => Promise.resolve(message(sequence)) },
} as unknown as LogContext;

/** The state of the stream after a purge of the messages before a sequence. */
const state = (first_seq: number) => {
  const messages = 11 - first_seq;
  return { messages, bytes: messages * size, first_seq, last_seq: 10 };
};

Deno.test("RetentionHorizon.find() finds the horizon by bytes with stream states in any order", async () => {
  const orders = [[1, 4, 1, 4], [4, 1], [1, 1, 4], [4, 1, 6, 4, 1]];
  for (const order of orders) {
    const horizon = new RetentionHorizon();
    for (const first of order) {
      const budget = new RetryBudget(60_000, undefined);
      const found = await horizon.find(log, state(first), 0, { maxBytes: 5 * size }, budget);
      assertEquals(found, 6, `first sequence ${first} of ${order}`);
    }
    // After forget(), the search begins at the first message again.
    horizon.forget();
    assertEquals(
      await horizon.find(log, state(1), 0, { maxBytes: 10 * size }, new RetryBudget(60_000, undefined)),
      1,
    );
  }
});

Deno.test("RetentionHorizon.find() ends at its own signal or timeout while it waits for an earlier search", async () => {
  const stalled = Promise.withResolvers<number>();
  const slowLog = { ...log, gets: { timeOfNext: () => stalled.promise } } as unknown as LogContext;
  const horizon = new RetentionHorizon();
  const find = (log: LogContext, budget: RetryBudget) => horizon.find(log, state(1), 1_000, { maxAge: 10 }, budget);
  const first = find(slowLog, new RetryBudget(60_000, undefined));
  const controller = new AbortController();
  const aborted = find(slowLog, new RetryBudget(60_000, controller.signal));
  const late = find(slowLog, new RetryBudget(1, undefined));
  controller.abort(new RangeError("enough"));
  await assertRejects(() => aborted, RangeError, "enough");
  await assertRejects(() => late, RequestFailure);
  const last = find(slowLog, new RetryBudget(60_000, undefined));
  stalled.resolve(2_000);
  assertEquals(await Promise.all([first, last]), [1, 1]);
});
