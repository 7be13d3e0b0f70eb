import type { Backend } from "../../src/backend/backend.ts";
import type { GrantUse } from "../../src/grants/grant.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectThrows } from "../expect.ts";
import { appendOne } from "../fixtures.ts";

const OPTIONS = { reason: "conformance" };

/** Only a grant of this backend shows namespaces, and only the namespaces that its pattern covers. */
export const grantCases: readonly CaseDefinition[] = [
  {
    name: "backend.namespaces() lists the namespaces with events that the grant's pattern covers",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      const a = context.namespace;
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
    name: "backend.namespaces() with a pattern a.> lists the namespaces below a, and neither a nor similar names",
    invariant: "hierarchy",
    run: async (context) => {
      const backend = await context.open();
      const a = context.namespace;
      for (const name of [a, `${a}b.orders`, `${a}-b.orders`, `b.${a}.orders`]) {
        await appendOne(backend.store(name), "x");
      }
      expectEqual(
        await list(backend, `${a}.>`),
        [],
        `the namespaces that "${a}.>" lists, without a namespace below "${a}"`,
      );
      await appendOne(backend.store(`${a}.orders.eu`), "x");
      expectEqual(await list(backend, `${a}.>`), [`${a}.orders.eu`], `the namespaces that "${a}.>" lists`);
      expectEqual(
        await list(backend, `${a}.*`),
        [],
        `the namespaces that "${a}.*" lists, where no namespace has two tokens`,
      );
    },
  },
  {
    name: "backend.namespaces() does not list a namespace that was only read",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(`${context.namespace}.unused`);
      await store.latestVersion("order.1");
      await store.read("order.1").toArray();
      await store.readAll().toArray();
      const subscription = store.subscribe();
      await context.wait(subscription.caughtUp, "caughtUp of a subscription to an unused namespace");
      expectEqual(await list(backend, `${context.namespace}.>`), [], "the namespaces that are listed");
      await subscription.close();
      await appendOne(store, "order.1");
      expectEqual(
        await list(backend, `${context.namespace}.>`),
        [store.namespace],
        "the namespaces that are listed after an append",
      );
    },
  },
  {
    name: "backend.namespaces() refuses every value that is not a grant of the backend",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      await appendOne(backend.store(context.namespace), "order.1");
      const grant = backend.grant(">", OPTIONS);
      const other = await context.open();
      const forged: [name: string, value: unknown][] = [
        ["nothing", undefined],
        ["null", null],
        ["a pattern", ">"],
        ["an object of the same shape", { pattern: ">", reason: "conformance", narrow: () => grant }],
        ["a copy of a grant", { ...grant }],
        ["an object that inherits from a grant", Object.create(grant)],
        ["a proxy of a grant", new Proxy(grant, {})],
        [
          "a class with the same field",
          class {
            pattern = ">";
          },
        ],
        ["a grant of another backend", other.grant(">", OPTIONS)],
      ];
      for (const [name, value] of forged) {
        expectThrows(() => backend.namespaces(value as never), "invalid-grant", {}, `namespaces with ${name}`);
      }
      expectEqual((await list(backend, context.namespace)).length, 1, "the number of namespaces listed with a grant");
    },
  },
  {
    name: "Grant.narrow() returns a narrower grant, and never a wider grant",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      const a = context.namespace;
      for (const name of [a, `${a}.orders`, `${a}.orders.eu`, `${a}.stock`]) await appendOne(backend.store(name), "x");
      const grant = backend.grant(`${a}.>`, OPTIONS);
      const narrowed = grant.narrow(`${a}.orders.>`);
      expectEqual(
        await Array.fromAsync(backend.namespaces(narrowed)),
        [`${a}.orders.eu`],
        "the namespaces that the narrowed grant lists",
      );
      expectEqual(
        [narrowed.pattern, narrowed.reason],
        [`${a}.orders.>`, "conformance"],
        "pattern and reason of the narrowed grant",
      );
      for (const wider of [">", a, `*.orders`, `${a}-b.>`, "*.>"]) {
        expectThrows(() => grant.narrow(wider), "invalid-grant", {}, `narrow from "${a}.>" to "${wider}"`);
      }
      expectThrows(() => narrowed.narrow(`${a}.>`), "invalid-grant", {}, "narrow to the pattern of the first grant");
    },
  },
  {
    name: "backend.grant() returns a frozen grant whose pattern cannot be replaced",
    invariant: "grants",
    run: async (context) => {
      const backend = await context.open();
      await appendOne(backend.store(`${context.namespace}.a`), "order.1");
      const grant = backend.grant(`${context.namespace}.b`, OPTIONS);
      try {
        Object.assign(grant, { pattern: ">" });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      expectEqual(
        await Array.fromAsync(backend.namespaces(grant)),
        [],
        "the namespaces that the grant lists after an attempt to change the grant",
      );
    },
  },
  {
    name: "onGrantUsed is called before each use of a grant, and can refuse the use",
    invariant: "grants",
    run: async (context) => {
      const uses: GrantUse[] = [];
      const refusal = new Error("not on Sundays");
      const backend = await context.open({
        onGrantUsed: (use) => {
          uses.push(use);
          if (uses.length > 1) throw refusal;
        },
      });
      await appendOne(backend.store(context.namespace), "order.1");
      const grant = backend.grant(context.namespace, OPTIONS);
      expectEqual(uses, [], "the uses before the first use");
      expectEqual(
        await Array.fromAsync(backend.namespaces(grant)),
        [context.namespace],
        "the namespaces that the first use lists",
      );
      const use = { pattern: context.namespace, reason: "conformance", operation: "namespaces" };
      expectEqual(uses, [use], "the reported use");
      let thrown: unknown;
      try {
        backend.namespaces(grant);
      } catch (error) {
        thrown = error;
      }
      expectEqual(thrown === refusal, true, "the second use is refused with the error that the hook threw");
    },
  },
];

async function list(backend: Backend, pattern: string): Promise<string[]> {
  return (await Array.fromAsync<string>(backend.namespaces(backend.grant(pattern, OPTIONS)))).sort();
}
