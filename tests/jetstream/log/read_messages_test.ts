import { assertEquals } from "@std/assert";
import type { MessageSource } from "../../../adapters/jetstream/log/message_source.ts";
import { readMessages } from "../../../adapters/jetstream/log/read_messages.ts";
import { PurgedDuringRead } from "../../../adapters/jetstream/log/purged_during_read.ts";
import { Semaphore } from "../../../adapters/jetstream/api/semaphore.ts";
import { FairSemaphore } from "../../../adapters/jetstream/api/fair_semaphore.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";
import type { JetStreamMessage } from "../../../adapters/jetstream/nats/connection.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";
import { SYSTEM_ENVIRONMENT } from "../../../adapters/jetstream/util/environment.ts";
import { failureOf } from "../_support/failure_of.ts";

const LONG_MS = 60_000;

/** The sequences that a server has stored when it answers a batch request. */
type Stored = readonly number[];

/**
 * A stream, with replicas unless stated. The n-th batch request is answered from the n-th entry of `storedAtBatch`. The
 * leader answers every single get.
 */
class FakeStream {
  readonly source: MessageSource;
  /** Each request, such as `batch 257` or `leader 301`: its kind, and the first requested sequence. */
  readonly requests: string[] = [];
  readonly #storedAtBatch: Stored[];
  #receive: (answer: JetStreamMessage) => void = () => {};

  constructor(leader: Stored, storedAtBatch: readonly Stored[], isReplicated = true) {
    this.#storedAtBatch = [...storedAtBatch];
    const message = (sequence: number) => ({ sequence, subject: "s", headers: undefined, data: new Uint8Array() });
    const next = (_: string, from: number) => {
      this.requests.push(`leader ${from}`);
      const sequence = leader.find((each) => each >= from);
      return Promise.resolve(sequence === undefined ? undefined : message(sequence));
    };
    this.source = {
      api: {
        connection: { info: { version: "2.11.0" } },
        environment: SYSTEM_ENVIRONMENT,
        timeout: LONG_MS,
        newBudget: () => new RetryBudget(LONG_MS, undefined),
        inbox: {
          open: (_: string, receive: (answer: JetStreamMessage) => void) => {
            this.#receive = receive;
            return { subject: "reply", close: () => {} };
          },
        },
        publish: (_: string, request: Uint8Array) => this.#answer(JSON.parse(new TextDecoder().decode(request))),
      },
      gets: { directSubject: "direct", next },
      stream: { isReplicated },
      names: { namespace: "t", allActors: "s" },
      batchSemaphore: new Semaphore(8, LONG_MS),
      sharedBatchSemaphore: new FairSemaphore(8, LONG_MS),
      consumers: new Set(),
    } as unknown as MessageSource;
  }

  /** Answers a batch request with messages, and a status message at the end, as a server does. */
  #answer({ seq, batch }: { seq: number; batch: number }): void {
    this.requests.push(`batch ${seq}`);
    const stored = this.#storedAtBatch.shift()!.filter((each) => each >= seq);
    let last = 0;
    for (const [i, sequence] of stored.slice(0, batch).entries()) {
      const pending = stored.length - i - 1;
      const headers = encodeHeaders([
        ["Nats-Sequence", sequence],
        ["Nats-Subject", "s"],
        ["Nats-Num-Pending", pending],
        ["Nats-Last-Sequence", last],
      ]);
      this.#receive({ subject: "reply", headers: new HeaderBlock(headers.encode()), data: new Uint8Array() });
      last = sequence;
    }
    const end = { "Nats-Num-Pending": `${Math.max(0, stored.length - batch)}`, "Nats-Last-Sequence": `${last}` };
    const get = (name: string) => end[name as keyof typeof end] ?? "";
    const values = (name: string) => get(name) === "" ? [] : [get(name)];
    const code = stored.length === 0 ? 404 : 204;
    this.#receive({ subject: "reply", data: new Uint8Array(), headers: { code, description: "", get, values } });
  }

  async read(until: number): Promise<number[]> {
    const range = { subject: "s", from: 1, until, expectedCount: 256 };
    return (await Array.fromAsync(readMessages(this.source, range, undefined))).flat().map(({ sequence }) => sequence);
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

Deno.test("readMessages() asks the leader where a replica has no more messages, and continues", async () => {
  const rows: [title: string, storedAtBatch: Stored[], requests: string[]][] = [
    ["every replica has all messages", [upTo(300), upTo(300)], ["batch 1", "batch 257", "leader 301"]],
    ["the second replica lags behind", [upTo(300), upTo(200), upTo(300)], [
      "batch 1",
      "batch 257",
      "leader 257",
      "batch 258",
      "leader 301",
    ]],
    ["the first replica has nothing", [[], upTo(300), upTo(300)], [
      "batch 1",
      "leader 1",
      "batch 2",
      "batch 258",
      "leader 301",
    ]],
  ];
  for (const [title, storedAtBatch, requests] of rows) {
    const stream = new FakeStream(upTo(300), storedAtBatch);
    assertEquals(await stream.read(310), upTo(300), title);
    assertEquals(stream.requests, requests, title);
  }
});

Deno.test("readMessages() fails if messages were purged that the server had reported as pending", async () => {
  const replicated = new FakeStream([], [upTo(300), []]);
  assertEquals((await failureOf(replicated.read(300))) instanceof PurgedDuringRead, true);
  assertEquals(replicated.requests, ["batch 1", "batch 257", "leader 257"]);
  const single = new FakeStream([], [upTo(300), []], false);
  assertEquals((await failureOf(single.read(300))) instanceof PurgedDuringRead, true);
  assertEquals(single.requests, ["batch 1", "batch 257"]);
});
