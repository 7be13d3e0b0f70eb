/** Handlers that throw values whose members throw, or that cannot be converted to strings. */
import { assert, assertEquals } from "@std/assert";
import { consume, type ConsumeOptions, type FailureAction } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { appendTo } from "./open_store.ts";

const fail = () => {
  throw new Error("a member that throws");
};

const values: readonly [title: string, make: () => unknown, message: string][] = [
  ["an object without a prototype", () => Object.create(null), "{}"],
  ["undefined", () => undefined, "undefined"],
  ["a symbol", () => Symbol("x"), "Symbol(x)"],
  ["an error whose message is an object", () => {
    return Object.assign(new Error("a"), { message: Object.create(null) });
  }, "an object that cannot be formatted"],
  ["an error whose message throws", () => {
    return Object.defineProperty(new Error("a"), "message", { get: fail });
  }, "an object that cannot be formatted"],
  ["a proxy whose traps throw", () => {
    return new Proxy({}, { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail });
  }, "an object that cannot be formatted"],
  ["a function whose traps throw", () => {
    return new Proxy(() => {}, { get: fail, has: fail, getPrototypeOf: fail });
  }, "a function that cannot be formatted"],
];

for (const [title, make, message] of values) {
  for (const action of ["park", "skip", "stop", "retry"] as const satisfies FailureAction[]) {
    Deno.test(`consume() applies "${action}" if the handler throws ${title}`, async () => {
      await using backend = memory();
      const store = backend.store("test");
      await appendTo(store, "a", "b");
      const handled: string[] = [];
      const onFailure = (): FailureAction => action;
      await using member = await consume(
        store,
        { name: "c", saveEvery: 0, backoff: () => 1, onFailure, onError: () => {} },
        ({ actorId }, { attempt }) => {
          if (actorId === "a" && (action !== "retry" || attempt === 1)) throw make();
          handled.push(actorId);
        },
      );
      if (action === "stop") {
        await until("the lane has failed", async () => (await member.status()).lanes[0]?.state === "failed");
        const [lane] = (await member.status()).lanes;
        assertEquals([lane?.failure?.code, lane?.failure?.message], ["stopped", message]);
        return assertEquals(lane?.work?.error, message);
      }
      await member.caughtUp();
      assertEquals(handled, action === "retry" ? ["a", "b"] : ["b"]);
      assertEquals((await member.parked()).map(({ error }) => error), action === "park" ? [message] : []);
    });
  }
}

Deno.test("consume() counts a handler that returns a proxy whose traps throw as failed", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a");
  const errors: unknown[] = [];
  const options: ConsumeOptions = { name: "c", onFailure: () => "skip", onError: (error) => void errors.push(error) };
  await using member = await consume(store, options, () => new Proxy({}, { has: fail }));
  await member.caughtUp();
  assert(errors.length === 1 && errors[0] instanceof Error && errors[0].message === "a member that throws");
});
