import type { ConnectionStatus, JetStreamConnection } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { failureOf } from "../_support/failure_of.ts";

/** A timeout in milliseconds, longer than any test. */
const LONGEST = 2 ** 31 - 1;

type Callback = (error: Error | null, message: never) => void;

/** A connection without replies. The test refuses its subscriptions and closes it. */
class SilentConnection implements JetStreamConnection {
  readonly callbacks: Callback[] = [];
  readonly #closed = Promise.withResolvers<IteratorResult<ConnectionStatus>>();
  #isClosed = false;

  isClosed = (): boolean => this.#isClosed;
  publish = (): void => {};
  rtt = (): Promise<number> => Promise.resolve(1);
  status = (): AsyncIterable<ConnectionStatus> => ({
    [Symbol.asyncIterator]: () => ({ next: () => this.#closed.promise }),
  });
  subscribe: JetStreamConnection["subscribe"] = (_subject, options) => {
    this.callbacks.push(options!.callback as Callback);
    return { unsubscribe: () => {}, drain: () => Promise.resolve() };
  };

  close(): void {
    this.#isClosed = true;
    this.#closed.resolve({ done: true, value: undefined });
  }
}

/** The kinds of failures of requests. */
async function kindsOf(requests: readonly Promise<unknown>[]): Promise<string[]> {
  const failures = await Promise.all(requests.map(failureOf));
  return failures.map((failure) => failure instanceof RequestFailure ? failure.kind : String(failure));
}

for (const refusals of [0, 1, 2]) {
  const name = `Requests have no timer after the connection is closed (${refusals} refused subscriptions)`;
  // The sanitizer reports a timer that keeps running.
  Deno.test(name, { sanitizeOps: true }, async () => {
    const connection = new SilentConnection();
    const api = new ServerApi(connection, LONGEST);
    const refused: Promise<unknown>[] = [];
    for (let i = 0; i < refusals; i++) {
      refused.push(api.ask("INFO"));
      const error = Object.assign(new Error("Permissions Violation"), { name: "PermissionViolationError" });
      connection.callbacks[i]!(error, undefined as never);
    }
    assertEquals(await kindsOf(refused), Array(refusals).fill("permission-denied"));
    const pending = [api.ask("INFO"), api.ask("INFO")];
    connection.close();
    assertEquals(await kindsOf(pending), ["no-reply", "no-reply"]);
    assertEquals(connection.callbacks.length, refusals + 1);
  });
}
