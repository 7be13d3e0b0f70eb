import { assertEquals, assertRejects } from "@std/assert";
import type { LogContext } from "../../../adapters/jetstream/log/log_context.ts";
import { RetentionHorizon } from "../../../adapters/jetstream/retention/retention_horizon.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { messageSize } from "../../../adapters/jetstream/wire/message_size.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";

const message = (sequence: number) => ({ sequence, subject: "s", headers: undefined, data: new Uint8Array(100) });
const size = messageSize(message(1));

/** A log of ten messages of one size, which stay readable after a purge. */
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

Deno.test("RetentionHorizon.find() is correct by bytes for replies in any order", async () => {
  const orders = [[1, 4, 1, 4], [4, 1], [1, 1, 4], [4, 1, 6, 4, 1]];
  for (const order of orders) {
    const beginning = new RetentionHorizon();
    for (const first of order) {
      const patience = new RetryBudget(60_000, undefined);
      const found = await beginning.find(log, state(first), 0, { maxBytes: 5 * size }, patience);
      assertEquals(found, 6, `${first} of ${order}`);
    }
    // A log that was made anew begins at its first again.
    beginning.forget();
    assertEquals(
      await beginning.find(log, state(1), 0, { maxBytes: 10 * size }, new RetryBudget(60_000, undefined)),
      1,
    );
  }
});

Deno.test("RetentionHorizon.find() obeys its own signal and deadline while it waits for an earlier search", async () => {
  const stalled = Promise.withResolvers<number>();
  const slowLog = { ...log, gets: { timeOfNext: () => stalled.promise } } as unknown as LogContext;
  const beginning = new RetentionHorizon();
  const find = (log: LogContext, patience: RetryBudget) =>
    beginning.find(log, state(1), 1_000, { maxAge: 10 }, patience);
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
