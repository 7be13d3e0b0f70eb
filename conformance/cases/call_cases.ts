import type { CallAddress, Calls } from "../../src/driver/calls.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { countUp } from "../fixtures.ts";
import { parseNamespace } from "../../src/values/parse_namespace.ts";

/** Milliseconds that a request waits for an answer which comes. */
const PATIENCE = 20_000;
/** Milliseconds that a request waits for an answer which never comes. */
const SHORT = 50;
/** Bytes of a large request and answer, where the adapter takes as many. */
const LARGE = 800_000;

/** Requests between processes: addresses, answers, and what becomes of a request that is not answered. */
export const callCases: readonly CaseDefinition[] = [
  {
    name: "A request reaches the handler of its address and no other, and its answer reaches its caller",
    invariant: "calls",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const { namespace } = scene;
      const addresses = [
        addressOf(namespace, "seats", "n1"),
        addressOf(namespace, "seats", "n2"),
        addressOf(namespace, "seats.n1", "n2"),
        addressOf(namespace, "SEATS", "n1"),
        addressOf(namespace, "seats", "n1.n2"),
        addressOf(`${namespace}.seats`, "seats", "n1"),
        addressOf(`${namespace}-a`, "seats", "n1"),
        addressOf(`${namespace}_a`, "seats", "n1"),
        addressOf(namespace.toUpperCase(), "seats", "n1"),
      ];
      for (const [i, address] of addresses.entries()) {
        serving.serve(address, (request) => Promise.resolve(encode(`${i} got ${decode(request)}`)));
      }
      await reached(scene, calling, addresses.at(-1)!);
      for (const [i, address] of addresses.entries()) {
        const answer = await call(scene, calling, address, `request ${i}`);
        expectEqual(answer, `${i} got request ${i}`, `the answer of ${JSON.stringify(address)}`);
      }
    },
  },
  {
    name: "A request to an address without a handler fails as one without a receiver",
    invariant: "calls",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
      expectEqual(await call(scene, calling, address, "a"), undefined, "the answer before a handler serves");
      const served = serving.serve(address, echo);
      await reached(scene, calling, address);
      served[Symbol.dispose]();
      served[Symbol.dispose]();
      expectEqual(await unserved(scene, calling, address), undefined, "the answer after the handler has ended");
      serving.serve(address, echo);
      await reached(scene, calling, address);
      expectEqual(await call(scene, calling, address, "b"), "b", "the answer of another handler");
    },
  },
  {
    name: "A second handler at an address of a process is refused, and the first one stays",
    invariant: "refusals",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
      serving.serve(address, echo);
      let error: unknown;
      try {
        serving.serve(address, () => Promise.resolve(encode("second")));
      } catch (caught) {
        error = caught;
      }
      expectTrue(isAetherError(error, "invalid-argument"), `a second handler is refused: ${error}`);
      await reached(scene, calling, address);
      expectEqual(await call(scene, calling, address, "a"), "a", "the answer");
    },
  },
  {
    name: "Requests that are under way at once get each its own answer, in any order",
    invariant: "calls",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
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
      await reached(scene, calling, address);
      const answers = await Promise.all(countUp(1, all).map((n) => call(scene, calling, address, `${n}`)));
      expectEqual(answers, countUp(1, all).map((n) => `${n}`), "the answers");
    },
  },
  {
    name: "A request and an answer carry any bytes, up to the size that is said",
    invariant: "calls",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
      serving.serve(address, (request) => Promise.resolve(request.toReversed()));
      await reached(scene, calling, address);
      expectTrue(calling.maxBytes >= 1_000, `a request may have 1,000 bytes: maxBytes is ${calling.maxBytes}`);
      for (const size of [0, 1, 256, Math.min(calling.maxBytes, LARGE)]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => i);
        const answer = await scene.wait(calling.call(address, bytes.slice(), { timeout: PATIENCE }), "an answer");
        expectTrue(`${answer?.toReversed()}` === `${bytes}`, `${size} bytes come back as they were sent`);
      }
    },
  },
  {
    name: "A request that is not answered in time fails as unavailable, and an aborted one with the signal's reason",
    invariant: "endings",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
      serving.serve(address, (request) => decode(request) === PROBE ? echo(request) : new Promise(() => {}));
      await reached(scene, calling, address);
      const late = await failureOf(scene, calling.call(address, encode("a"), { timeout: SHORT }));
      expectTrue(isAetherError(late, "unavailable"), `a request without an answer fails as unavailable: ${late}`);
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const options = { timeout: PATIENCE, signal: controller.signal };
      const failing = failureOf(scene, calling.call(address, encode("b"), options));
      controller.abort(reason);
      expectTrue(await failing === reason, "an aborted request fails with the reason of its signal");
      const aborted = await failureOf(scene, calling.call(address, encode("c"), options));
      expectTrue(aborted === reason, "a request of an aborted signal fails with its reason");
    },
  },
  {
    name: "A driver that is closed answers no request",
    invariant: "endings",
    requires: "calls",
    run: async (scene) => {
      const { serving, calling, closeServing } = await open(scene);
      const address = addressOf(scene.namespace, "seats", "n1");
      serving.serve(address, echo);
      await reached(scene, calling, address);
      await closeServing();
      expectEqual(await unserved(scene, calling, address), undefined, "the answer");
    },
  },
];

/** The request with which a case finds out whether an address is served. */
const PROBE = "probe";

const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
const decode = (value: Uint8Array): string => new TextDecoder().decode(value);
const echo = (request: Uint8Array): Promise<Uint8Array> => Promise.resolve(request);

function addressOf(namespace: string, service: string, node: string): CallAddress {
  return { namespace: parseNamespace(namespace), service, node };
}

async function open(scene: CaseContext) {
  const openDriver = await scene.calls();
  const [one, two] = [await openDriver(), await openDriver()];
  return { serving: one.calls, calling: two.calls, closeServing: one.close };
}

async function call(scene: CaseContext, calls: Calls, address: CallAddress, request: string) {
  const answer = await scene.wait(calls.call(address, encode(request), { timeout: PATIENCE }), "an answer");
  return answer && decode(answer);
}

/** Waits until a handler that was just registered is known to the caller's side. */
async function reached(scene: CaseContext, calls: Calls, address: CallAddress): Promise<void> {
  while (await call(scene, calls, address, PROBE) === undefined) await scene.wait(soon(), "a handler to be known");
}

/** The answer once a handler that has ended is no longer known. */
async function unserved(scene: CaseContext, calls: Calls, address: CallAddress): Promise<string | undefined> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const answer = await calls.call(address, encode(PROBE), { timeout: SHORT }).catch(() => encode("no answer"));
    if (answer === undefined) return undefined;
    await scene.wait(soon(), "a handler to be forgotten");
  }
  return "still served";
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

async function failureOf(scene: CaseContext, promise: Promise<unknown>): Promise<unknown> {
  return await scene.wait(promise.then(() => undefined, (error: unknown) => error), "a request to fail");
}
