import type { Backend } from "../../src/backend/backend.ts";
import type { GrantUse } from "../../src/grants/grant.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectThrows } from "../expect.ts";
import { appendOne } from "../fixtures.ts";

const WHY = { reason: "conformance" };

/** Only a grant of this backend shows namespaces, and only those that its pattern covers. */
export const grantCases: readonly CaseDefinition[] = [
  {
    name: "A grant lists the namespaces that its pattern covers and that have stored something",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      const a = scene.namespace;
      const used = [a, `${a}.orders`, `${a}.orders.eu`, `${a}.stock`, `${a}-b.orders`, `${a}_b`];
      for (const name of used) await appendOne(backend.store(name), "order.1");
      const rows: [pattern: string, names: string[]][] = [
        [a, [a]],
        [`${a}.*`, [`${a}.orders`, `${a}.stock`]],
        [`${a}.>`, [`${a}.orders`, `${a}.orders.eu`, `${a}.stock`]],
        [`${a}.*.*`, [`${a}.orders.eu`]],
        [`${a}.orders.>`, [`${a}.orders.eu`]],
        [`${a}.orders`, [`${a}.orders`]],
        [`${a}-b.>`, [`${a}-b.orders`]],
        [`${a}.other`, []],
        [`${a}.orders.eu.>`, []],
      ];
      for (const [pattern, names] of rows) {
        expectEqual(await list(backend, pattern), names.sort(), `the namespaces that "${pattern}" lists`);
      }
      const all = (await list(backend, ">")).filter((name) => name.startsWith(a));
      expectEqual(all, used.sort(), `the namespaces of this case that ">" lists`);
    },
  },
  {
    name: "A pattern that ends in > covers what is below a namespace, and neither the namespace nor its near names",
    invariant: "hierarchy",
    run: async (scene) => {
      const backend = await scene.open();
      const a = scene.namespace;
      for (const name of [a, `${a}b.orders`, `${a}-b.orders`, `b.${a}.orders`]) {
        await appendOne(backend.store(name), "x");
      }
      expectEqual(await list(backend, `${a}.>`), [], `the namespaces that "${a}.>" lists, where nothing is below it`);
      await appendOne(backend.store(`${a}.orders.eu`), "x");
      expectEqual(await list(backend, `${a}.>`), [`${a}.orders.eu`], `the namespaces that "${a}.>" lists`);
      expectEqual(await list(backend, `${a}.*`), [], `the namespaces that "${a}.*" lists, where none has two tokens`);
    },
  },
  {
    name: "A namespace that was only looked at is not listed",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      const store = backend.store(`${scene.namespace}.unused`);
      await store.latestVersion("order.1");
      await store.read("order.1").toArray();
      await store.readAll().toArray();
      const subscription = store.subscribe();
      await scene.wait(subscription.caughtUp, "caughtUp of a subscription to an unused namespace");
      expectEqual(await list(backend, `${scene.namespace}.>`), [], "the namespaces that are listed");
      await subscription.close();
      await appendOne(store, "order.1");
      expectEqual(await list(backend, `${scene.namespace}.>`), [store.namespace], "those after an append");
    },
  },
  {
    name: "Nothing that merely looks like a grant lists namespaces",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      await appendOne(backend.store(scene.namespace), "order.1");
      const grant = backend.grant(">", WHY);
      const other = await scene.open();
      const forged: [what: string, value: unknown][] = [
        ["nothing", undefined],
        ["null", null],
        ["a pattern", ">"],
        ["an object of the same shape", { pattern: ">", reason: "conformance", narrow: () => grant }],
        ["a copy of a grant", { ...grant }],
        ["an object that inherits from a grant", Object.create(grant)],
        ["a proxy of a grant", new Proxy(grant, {})],
        [
          "a class that is like it",
          class {
            pattern = ">";
          },
        ],
        ["a grant of another backend", other.grant(">", WHY)],
      ];
      for (const [what, value] of forged) {
        expectThrows(() => backend.namespaces(value as never), "invalid-grant", {}, `namespaces with ${what}`);
      }
      expectEqual((await list(backend, scene.namespace)).length, 1, "the number of namespaces listed with a grant");
    },
  },
  {
    name: "A grant can be narrowed, and never widened",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      const a = scene.namespace;
      for (const name of [a, `${a}.orders`, `${a}.orders.eu`, `${a}.stock`]) await appendOne(backend.store(name), "x");
      const grant = backend.grant(`${a}.>`, WHY);
      const narrowed = grant.narrow(`${a}.orders.>`);
      expectEqual(
        await Array.fromAsync(backend.namespaces(narrowed)),
        [`${a}.orders.eu`],
        "what the narrowed one lists",
      );
      expectEqual([narrowed.pattern, narrowed.reason], [`${a}.orders.>`, "conformance"], "pattern and reason of it");
      for (const wider of [">", a, `*.orders`, `${a}-b.>`, "*.>"]) {
        expectThrows(() => grant.narrow(wider), "invalid-grant", {}, `narrow from "${a}.>" to "${wider}"`);
      }
      expectThrows(() => narrowed.narrow(`${a}.>`), "invalid-grant", {}, "narrow back to what it came from");
    },
  },
  {
    name: "A grant is frozen: its pattern cannot be exchanged",
    invariant: "grants",
    run: async (scene) => {
      const backend = await scene.open();
      await appendOne(backend.store(`${scene.namespace}.a`), "order.1");
      const grant = backend.grant(`${scene.namespace}.b`, WHY);
      try {
        Object.assign(grant, { pattern: ">" });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      expectEqual(await Array.fromAsync(backend.namespaces(grant)), [], "what it lists after an attempt to change it");
    },
  },
  {
    name: "Each use of a grant is reported before any event is shown, and can be refused",
    invariant: "grants",
    run: async (scene) => {
      const uses: GrantUse[] = [];
      const refusal = new Error("not on Sundays");
      const backend = await scene.open({
        onGrantUsed: (use) => {
          uses.push(use);
          if (uses.length > 1) throw refusal;
        },
      });
      await appendOne(backend.store(scene.namespace), "order.1");
      const grant = backend.grant(scene.namespace, WHY);
      expectEqual(uses, [], "the uses before there was one");
      expectEqual(await Array.fromAsync(backend.namespaces(grant)), [scene.namespace], "what the first use lists");
      const use = { pattern: scene.namespace, reason: "conformance", operation: "namespaces" };
      expectEqual(uses, [use], "the use that was told");
      let thrown: unknown;
      try {
        backend.namespaces(grant);
      } catch (error) {
        thrown = error;
      }
      expectEqual(thrown === refusal, true, "the second use is refused with what the hook threw");
    },
  },
];

async function list(backend: Backend, pattern: string): Promise<string[]> {
  return (await Array.fromAsync<string>(backend.namespaces(backend.grant(pattern, WHY)))).sort();
}
