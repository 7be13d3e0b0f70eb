import { parseNamespace } from "@flowmade-one/aether";
import { assert, assertEquals } from "@std/assert";
import type { StoredMessage } from "../../../adapters/jetstream/api/stored_message.ts";
import { RetryBudget } from "../../../adapters/jetstream/api/retry_budget.ts";
import { findBefore } from "../../../adapters/jetstream/log/find_before.ts";
import type { LogContext } from "../../../adapters/jetstream/log/log_context.ts";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { namesOf } from "../../../adapters/jetstream/wire/names.ts";

const SUBJECT = "aether.log.t.12.a";

/** A log of one actor that is purged between two requests of a search. A test cannot time that on a real server. */
class PurgedLog {
  requests = 0;
  readonly #sequences: number[];
  readonly #purge: { readonly request: number; readonly before: number };

  /** @param purge From this request on, messages before the sequence `before` are gone. */
  constructor(sequences: readonly number[], purge = { request: Infinity, before: 0 }) {
    this.#sequences = [...sequences];
    this.#purge = purge;
  }

  async findBefore(sequence: number): Promise<number | undefined> {
    const names = namesOf("aether", parseNamespace("t"));
    const next = (_: string, from: number) => Promise.resolve(this.#next(from));
    const log = { names, gets: { next } } as unknown as LogContext;
    return (await findBefore(log, SUBJECT, sequence, new RetryBudget(60_000, undefined)))?.sequence;
  }

  #next(from: number): StoredMessage | undefined {
    const isPurged = ++this.requests >= this.#purge.request;
    const sequence = this.#sequences.find((each) => each >= from && !(isPurged && each < this.#purge.before));
    if (sequence === undefined) return undefined;
    const headers = encodeHeaders([["Aether-Version", 1], ["Aether-Count", 1], ["Aether-Commit", "c"]]);
    return { sequence, subject: SUBJECT, headers: new HeaderBlock(headers.encode()), data: new Uint8Array() };
  }
}

const rows: [sequences: number[], before: number, found: number | undefined, maxRequests: number][] = [
  [[], 9, undefined, 1],
  [[9], 9, undefined, 1],
  [[9, 12], 9, undefined, 1],
  [[1], 1, undefined, 0],
  [[1, 2], 2, 1, 2],
  [[1, 9], 9, 1, 6],
  [[8, 9], 9, 8, 2],
  [[3, 4, 7, 9, 11], 9, 7, 6],
  [[1, 500_000, 1_000_000], 1_000_000, 500_000, 23],
  [[1, 999_999, 1_000_000], 1_000_000, 999_999, 23],
];

Deno.test("findBefore() finds the last message before a sequence in a logarithmic number of requests", async () => {
  for (const [sequences, before, found, maxRequests] of rows) {
    const log = new PurgedLog(sequences);
    assertEquals(await log.findBefore(before), found, `${sequences} before ${before}`);
    assert(log.requests <= maxRequests, `${sequences} before ${before}: ${log.requests} requests`);
  }
});

Deno.test("findBefore() returns the last message or undefined, whenever the log is purged", async () => {
  for (let request = 1; request < 20; request++) {
    const partlyPurged = new PurgedLog([1, 2, 900], { request, before: 2 });
    assertEquals(await partlyPurged.findBefore(900), 2, `purged before request ${request}`);
    const found = await new PurgedLog([1, 2, 900], { request, before: 900 }).findBefore(900);
    assert(found === undefined || found === 2, `found ${found}, purged before request ${request}`);
  }
});
