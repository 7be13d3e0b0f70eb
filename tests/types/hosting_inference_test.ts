import { assertType, type IsExact } from "@std/testing/types";
import { decider, events, type Position } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { type ActorHost, type ClusterHostOptions, hostActors, type HostedJson } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";

type Events = { Made: { by: string } };
const Events = events<Events>();

interface State {
  readonly count: number;
  readonly last: string | undefined;
}

const makerOf = <C>() =>
  decider(Events, {
    initial: (): State => ({ count: 0, last: undefined }),
    evolve: ({ count }, { data }) => ({ count: count + 1, last: data.by }),
    decide: (_: C) => [{ type: "Made", data: { by: "Ann" } }],
  });

interface Nested {
  readonly at: Position;
  readonly note?: string;
  readonly parts: readonly Nested[];
  readonly pair: [number, string] | null;
}

Deno.test("hostActors() infers the answer, which is undefined without the option", () => {
  const host = (cluster: Cluster, options: ClusterHostOptions<State>) => {
    const store = memory().store("a", Events);
    const maker = makerOf<string>();
    const name = "makers";
    return {
      local: hostActors(store, maker),
      optional: hostActors(store, maker, { answer: ({ last }) => last }),
      hosted: hostActors(store, maker, { cluster, name }),
      counting: hostActors(store, maker, { cluster, name, answer: ({ count }) => count }),
      naming: hostActors(store, maker, { cluster, name, answer: ({ last }) => last ?? null }),
      fromOptions: hostActors(store, maker, options),
    };
  };
  type Hosts = ReturnType<typeof host>;
  type HostOf<A> = ActorHost<string, Events, A>;
  assertType<IsExact<Hosts["local"], HostOf<undefined>>>(true);
  assertType<IsExact<Hosts["optional"], HostOf<string | undefined>>>(true);
  assertType<IsExact<Hosts["hosted"], HostOf<undefined>>>(true);
  assertType<IsExact<Hosts["counting"], HostOf<number>>>(true);
  assertType<IsExact<Hosts["naming"], HostOf<string | null>>>(true);
  assertType<IsExact<Hosts["fromOptions"], HostOf<undefined>>>(true);
});

Deno.test("hostActors() accepts commands and answers that are JSON, in a cluster", () => {
  assertType<IsExact<HostedJson<Nested, never>, unknown>>(true);
  assertType<IsExact<HostedJson<{ readonly a: string | undefined }, null>, unknown>>(true);
  assertType<IsExact<HostedJson<string & { readonly __brand: "Id" }, boolean>, unknown>>(true);
  assertType<IsExact<HostedJson<unknown, unknown>, unknown>>(true);
  // deno-lint-ignore no-explicit-any -- the type under test
  assertType<IsExact<HostedJson<any, any>, unknown>>(true);
});

Deno.test("hostActors() refuses commands and answers that are not JSON, or may be undefined, in a cluster", () => {
  type IsRefused<C, A> = unknown extends HostedJson<C, A> ? false : true;
  assertType<IsRefused<void, never>>(true);
  assertType<IsRefused<undefined, never>>(true);
  assertType<IsRefused<string | undefined, never>>(true);
  assertType<IsRefused<bigint, never>>(true);
  assertType<IsRefused<string, undefined>>(true);
  assertType<IsRefused<string, void>>(true);
  assertType<IsRefused<string, number | undefined>>(true);
  assertType<IsRefused<string, Promise<number>>>(true);
});
