/** Deliberate mistakes in hosting, and the invariant that each violates. HostingWorld must detect each mistake. */
import { assert } from "@std/assert";
import { MemoryLog } from "../../adapters/memory/memory_log.ts";
import { ActorState } from "../../src/state/actor_state.ts";
import { KeptActor } from "../../src/hosting/kept_actor.ts";
import { OwnerCalls } from "../../src/hosting/owner_calls.ts";
import { CommitSearch } from "../../src/state/commit_search.ts";
import { HostingWorld } from "./simulation/hosting_world.ts";

/** Maximum number of worlds until a mistake violates its invariant. */
const WORLDS = 150;

/** A class whose method a mutant replaces. */
type Patchable = { readonly prototype: object };

interface Mutant {
  readonly mistake: string;
  readonly violates: "H1" | "H2" | "H3" | "H4";
  readonly of: Patchable;
  readonly method: string;
  // deno-lint-ignore no-explicit-any -- a method of any class
  readonly replace: (original: (...args: any[]) => any) => (...args: any[]) => unknown;
}

const mutants: readonly Mutant[] = [
  {
    mistake: "a refusal is not confirmed against the latest events",
    violates: "H3",
    of: KeptActor,
    method: "source",
    replace: (original) =>
      function (this: unknown) {
        return Object.defineProperty(original.call(this), "isFresh", { get: () => true });
      },
  },
  {
    mistake: "commit ids are not searched",
    violates: "H1",
    of: CommitSearch,
    method: "run",
    replace: () => () => Promise.resolve(undefined),
  },
  {
    mistake: "a caller that got no answer searches the lookback only, not all commits since the command was issued",
    violates: "H1",
    of: OwnerCalls,
    method: "send",
    replace: (original) =>
      async function (this: unknown, ...args) {
        const outcome = await original.apply(this, args);
        return outcome.kind === "fallback" ? { ...outcome, since: Number.MAX_SAFE_INTEGER } : outcome;
      },
  },
  {
    mistake: "a caller treats a command without an answer as not received",
    violates: "H1",
    of: OwnerCalls,
    method: "send",
    replace: (original) =>
      async function (this: unknown, ...args) {
        const outcome = await original.apply(this, args);
        return outcome.kind === "fallback" ? { kind: "own", since: undefined } : outcome;
      },
  },
  {
    mistake: "a state in memory ignores the events of other writers",
    violates: "H3",
    of: KeptActor,
    method: "refresh",
    replace: () => (state) => Promise.resolve(state),
  },
  {
    mistake: "an append does not expect the version that the command was decided on",
    violates: "H2",
    of: MemoryLog,
    method: "append",
    replace: (original) =>
      function (this: unknown, commit, signal) {
        return original.call(this, { ...commit, expectedVersion: "any" }, signal);
      },
  },
  {
    mistake: "a state in memory ignores the events of its own commands",
    violates: "H4",
    of: ActorState,
    method: "advance",
    replace: (original) =>
      function (this: unknown, events) {
        const actor = this as { state: unknown };
        const { state } = actor;
        original.call(this, events);
        actor.state = state;
      },
  },
];

for (const { mistake, violates, of, method, replace } of mutants) {
  Deno.test(`HostingWorld detects the mistake: ${mistake}`, async () => {
    const prototype = of.prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = prototype[method]!;
    prototype[method] = replace(original);
    try {
      const found: string[] = [];
      for (let seed = 0; seed < WORLDS && !found.some((violation) => violation.startsWith(violates)); seed++) {
        const world = new HostingWorld(seed);
        await world.run();
        found.push(...world.violations);
      }
      assert(found.some((violation) => violation.startsWith(violates)), `found ${found.slice(0, 3)}`);
    } finally {
      prototype[method] = original;
    }
  });
}
