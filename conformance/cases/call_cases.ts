import type { CallAddress, Calls } from "../../src/driver/calls.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { events } from "../../src/events/events.ts";
import { hostActors } from "../../src/hosting/host_actors.ts";
import { decider } from "../../src/state/decider.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { countUp } from "../fixtures.ts";
import { parseNamespace } from "../../src/values/parse_namespace.ts";

/** Milliseconds that a request waits if a handler answers. */
const ANSWER_TIMEOUT = 20_000;
/** Milliseconds that a request waits if no handler answers. */
const NO_ANSWER_TIMEOUT = 50;
/** Bytes of a large request and answer, if the adapter accepts them. */
const LARGE = 800_000;

/** A session of a node with a name of 64 characters. */
const LONGEST_SESSION = `${"a.".repeat(11)}${"b".repeat(42)}~0123456789abcdef`;

/** Requests between processes: addresses, answers, and requests without an answer. */
export const callCases: readonly CaseDefinition[] = [
  {
    name: "calls.call() reaches only the handler of its address, and returns the answer of that handler",
    invariant: "calls",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const { namespace } = context;
      const addresses = [
        addressOf(namespace, "seats", "n1~1"),
        addressOf(namespace, "seats", "n1~2"),
        addressOf(namespace, "seats", "n2~1"),
        addressOf(namespace, "seats.n1", "n2~1"),
        addressOf(namespace, "SEATS", "n1~1"),
        addressOf(namespace, "seats", "n1.n2~1"),
        addressOf(namespace, "seats", "n1"),
        addressOf(`${namespace}.seats`, "seats", "n1~1"),
        addressOf(`${namespace}-a`, "seats", "n1~1"),
        addressOf(`${namespace}_a`, "seats", "n1~1"),
        addressOf(namespace.toUpperCase(), "seats", "n1~1"),
        addressOf(namespace, "seats", LONGEST_SESSION),
      ];
      for (const [i, address] of addresses.entries()) {
        serving.serve(address, (request) => Promise.resolve(encode(`${i} got ${decode(request)}`)));
      }
      await waitUntilServed(context, calling, addresses.at(-1)!);
      for (const [i, address] of addresses.entries()) {
        const answer = await call(context, calling, address, `request ${i}`);
        expectEqual(answer, `${i} got request ${i}`, `the answer of ${JSON.stringify(address)}`);
      }
    },
  },
  {
    name: "calls.call() returns undefined for an address without a handler",
    invariant: "calls",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      expectEqual(await call(context, calling, address, "a"), undefined, "the answer before a handler serves");
      const served = serving.serve(address, echo);
      await waitUntilServed(context, calling, address);
      await served[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
      expectEqual(
        await waitUntilUnserved(context, calling, address),
        undefined,
        "the answer after the handler has ended",
      );
      serving.serve(address, echo);
      await waitUntilServed(context, calling, address);
      expectEqual(await call(context, calling, address, "b"), "b", "the answer of another handler");
    },
  },
  {
    name: "calls.serve() answers the requests that have arrived when it ends, and no later ones",
    invariant: "calls",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      const [first, isEnding] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const received = new Set<string>();
      const served = serving.serve(address, async (request) => {
        if (decode(request) === PROBE) return request;
        received.add(decode(request));
        first.resolve();
        await isEnding.promise;
        return request;
      });
      await waitUntilServed(context, calling, address);
      // The requests are larger than one read of a socket.
      const bodies = countUp(1, 2_000).map((n) => `${n}`.padStart(900, "0"));
      const requests = bodies.map((body) => call(context, calling, address, body));
      await context.wait(first.promise, "the first request");
      let isEnded = false;
      const ended = Promise.resolve(served[Symbol.asyncDispose]()).then(() => isEnded = true);
      expectEqual(await waitUntilUnserved(context, calling, address), undefined, "the answer to a later request");
      expectEqual(isEnded, false, "whether the disposal has ended before the handler");
      isEnding.resolve();
      await context.wait(ended, "the end of the disposal");
      const answers = await Promise.all(requests);
      const unanswered = bodies.filter((body, i) => received.has(body) && answers[i] !== body);
      expectEqual(unanswered, [], "the received requests without their answer");
      const wrong = answers.filter((answer, i) => answer !== undefined && answer !== bodies[i]);
      expectEqual(wrong, [], "the answers that belong to another request");
    },
  },
  {
    name: "calls.serve() refuses a second handler at an address, and keeps the first handler",
    invariant: "refusals",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      serving.serve(address, echo);
      let error: unknown;
      try {
        serving.serve(address, () => Promise.resolve(encode("second")));
      } catch (caught) {
        error = caught;
      }
      expectTrue(isAetherError(error, "invalid-argument"), `a second handler is refused: ${error}`);
      await waitUntilServed(context, calling, address);
      expectEqual(await call(context, calling, address, "a"), "a", "the answer");
    },
  },
  {
    name: "calls.call() gives each of many concurrent requests its own answer, in any order",
    invariant: "calls",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      const waiting: (() => void)[] = [];
      const all = 20;
      serving.serve(address, async (request) => {
        if (decode(request) === PROBE) return request;
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push(resolve);
        if (waiting.length === all) { for (const answer of waiting.toReversed()) answer(); }
        await promise;
        return request;
      });
      await waitUntilServed(context, calling, address);
      const answers = await Promise.all(countUp(1, all).map((n) => call(context, calling, address, `${n}`)));
      expectEqual(answers, countUp(1, all).map((n) => `${n}`), "the answers");
    },
  },
  {
    name: "calls.call() carries any bytes in both directions, up to maxBytes",
    invariant: "calls",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      serving.serve(address, (request) => Promise.resolve(request.toReversed()));
      await waitUntilServed(context, calling, address);
      expectTrue(calling.maxBytes >= 1_000, `a request may have 1,000 bytes: maxBytes is ${calling.maxBytes}`);
      for (const size of [0, 1, 256, Math.min(calling.maxBytes, LARGE)]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => i);
        const answer = await context.wait(
          calling.call(address, bytes.slice(), { timeout: ANSWER_TIMEOUT }),
          "an answer",
        );
        expectTrue(`${answer?.toReversed()}` === `${bytes}`, `${size} bytes are returned as they were sent`);
      }
    },
  },
  {
    name: "calls.call() fails as unavailable without an answer in time, and with the reason of an aborted signal",
    invariant: "endings",
    requires: "calls",
    run: async (context) => {
      const { serving, calling } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      serving.serve(address, (request) => decode(request) === PROBE ? echo(request) : new Promise(() => {}));
      await waitUntilServed(context, calling, address);
      const late = await failureOf(context, calling.call(address, encode("a"), { timeout: NO_ANSWER_TIMEOUT }));
      expectTrue(isAetherError(late, "unavailable"), `a request without an answer fails as unavailable: ${late}`);
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const options = { timeout: ANSWER_TIMEOUT, signal: controller.signal };
      const failing = failureOf(context, calling.call(address, encode("b"), options));
      controller.abort(reason);
      expectTrue(await failing === reason, "an aborted request fails with the reason of its signal");
      const aborted = await failureOf(context, calling.call(address, encode("c"), options));
      expectTrue(aborted === reason, "a request of an aborted signal fails with its reason");
    },
  },
  {
    name: "calls.call() reaches no handler of a closed driver",
    invariant: "endings",
    requires: "calls",
    run: async (context) => {
      const { serving, calling, closeServing } = await open(context);
      const address = addressOf(context.namespace, "seats", "n1~1");
      serving.serve(address, echo);
      await waitUntilServed(context, calling, address);
      await closeServing();
      expectEqual(await waitUntilUnserved(context, calling, address), undefined, "the answer");
    },
  },
  {
    name: "hostActors() hosts actors on a node that has joined again, although its earlier host was not closed",
    invariant: "endings",
    requires: "records",
    run: async (context) => {
      const backend = await (await context.recordBackends())();
      const store = backend.store(context.namespace, COUNTS);
      const hosts: AsyncDisposable[] = [];
      for (const version of [1, 2]) {
        const cluster = await context.wait(backend.join({ name: "n1", ...SESSION }), "a node to join");
        const host = hostActors(store, COUNTER, { cluster, name: "counters" });
        hosts.push(host);
        const result = await context.wait(host.execute("counter.1", { by: 1 }), "a hosted command");
        expectEqual(result.version, version, "the version after the command");
        await context.wait(cluster.close(), "a node to leave");
      }
      for (const host of hosts) await context.wait(Promise.resolve(host[Symbol.asyncDispose]()), "a host to close");
    },
  },
];

/** Settings of a node. The time to live of 3 s is long enough for a busy machine to lose no session. */
const SESSION = { heartbeat: 20, ttl: 3_000 } as const;

/** The events of {@link COUNTER}. */
const COUNTS = events<{ Made: { by: number } }>();

/** A decider that stores each of its commands as an event. */
const COUNTER = decider(COUNTS, {
  initial: () => 0,
  evolve: (count: number) => count + 1,
  decide: (data: { readonly by: number }) => [{ type: "Made", data }],
});

/** The request with which a case finds out whether an address is served. */
const PROBE = "probe";

const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
const decode = (value: Uint8Array): string => new TextDecoder().decode(value);
const echo = (request: Uint8Array): Promise<Uint8Array> => Promise.resolve(request);

function addressOf(namespace: string, service: string, session: string): CallAddress {
  return { namespace: parseNamespace(namespace), service, session };
}

async function open(context: CaseContext) {
  const openDriver = await context.calls();
  const [one, two] = [await openDriver(), await openDriver()];
  return { serving: one.calls, calling: two.calls, closeServing: one.close };
}

async function call(context: CaseContext, calls: Calls, address: CallAddress, request: string) {
  const answer = await context.wait(calls.call(address, encode(request), { timeout: ANSWER_TIMEOUT }), "an answer");
  return answer && decode(answer);
}

/** Waits until the calling driver reaches a handler that was just registered. */
async function waitUntilServed(context: CaseContext, calls: Calls, address: CallAddress): Promise<void> {
  while (await call(context, calls, address, PROBE) === undefined) {
    await context.wait(pause(), "a handler to be reachable");
  }
}

/** Waits until the calling driver reaches no handler. Returns `undefined`, or a string if it still reaches one. */
async function waitUntilUnserved(
  context: CaseContext,
  calls: Calls,
  address: CallAddress,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const answer = await calls.call(address, encode(PROBE), { timeout: NO_ANSWER_TIMEOUT }).catch(() =>
      encode("no answer")
    );
    if (answer === undefined) return undefined;
    await context.wait(pause(), "a handler to be unreachable");
  }
  return "still served";
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

async function failureOf(context: CaseContext, promise: Promise<unknown>): Promise<unknown> {
  return await context.wait(promise.then(() => undefined, (error: unknown) => error), "a request to fail");
}
