/** Deliberate mistakes in hosting, and the invariant that each violates. HostingWorld must detect each mistake. */
import { assert } from "@std/assert";
import { MemoryLog } from "../../adapters/memory/memory_log.ts";
import { ActorState } from "../../src/state/actor_state.ts";
import type { CallAddress, Calls } from "../../src/driver/calls.ts";
import { KeptActor } from "../../src/hosting/kept_actor.ts";
import { OwnerCalls } from "../../src/hosting/owner_calls.ts";
import { CommitSearch } from "../../src/state/commit_search.ts";
import type { HostingInvariant } from "./simulation/hosting_oracle.ts";
import { HostingWorld } from "./simulation/hosting_world.ts";
import { SimulatedNetwork } from "./simulation/simulated_calls.ts";

/** Number of worlds, one of which must show a mistake. */
const WORLDS = 800;

/** A class whose method a mutant replaces. */
type Patchable = { readonly prototype: object };

interface Mutant {
  readonly mistake: string;
  readonly violates: HostingInvariant;
  readonly target: Patchable;
  readonly method: string;
  // deno-lint-ignore no-explicit-any -- a method of any class
  readonly replace: (original: (...args: any[]) => any) => (...args: any[]) => unknown;
}

const mutants: readonly Mutant[] = [
  {
    mistake: "a refusal is not confirmed against the latest events",
    violates: "justified refusal",
    target: KeptActor,
    method: "source",
    replace: (original) =>
      function (this: unknown) {
        return Object.defineProperty(original.call(this), "isFresh", { get: () => true });
      },
  },
  {
    mistake: "commit ids are not searched",
    violates: "stored once",
    target: CommitSearch,
    method: "run",
    replace: () => () => Promise.resolve(undefined),
  },
  {
    mistake: "a caller that got no answer searches the lookback only, not all commits since the command was issued",
    violates: "stored once",
    target: OwnerCalls,
    method: "send",
    replace: (original) =>
      async function (this: unknown, ...args) {
        const outcome = await original.apply(this, args);
        return outcome.kind === "fallback" ? { ...outcome, issuedAfter: Number.MAX_SAFE_INTEGER } : outcome;
      },
  },
  {
    mistake: "a caller treats a command without an answer as not received",
    violates: "stored once",
    target: OwnerCalls,
    method: "send",
    replace: (original) =>
      async function (this: unknown, ...args) {
        const outcome = await original.apply(this, args);
        return outcome.kind === "fallback" ? { kind: "own", issuedAfter: undefined } : outcome;
      },
  },
  {
    mistake: "a caller that got no answer returns its own refusal as final",
    violates: "final refusal",
    target: OwnerCalls,
    method: "send",
    replace: (original) =>
      async function (this: unknown, ...args) {
        const outcome = await original.apply(this, args);
        return outcome.kind === "fallback" ? { ...outcome, ownerMayStore: false } : outcome;
      },
  },
  {
    mistake: "requests are addressed to the name of a node, which two processes can have",
    violates: "final refusal",
    target: SimulatedNetwork,
    method: "callsOf",
    replace: (original) =>
      function (this: unknown, process) {
        const calls = original.call(this, process) as Calls;
        const toName = (address: CallAddress) => ({ ...address, session: address.session.split("~")[0]! });
        return {
          maxBytes: Infinity,
          serve: (address, answer) => calls.serve(toName(address), answer),
          call: (address, request, options) => calls.call(toName(address), request, options),
        } satisfies Calls;
      },
  },
  {
    mistake: "a state in memory ignores the events of other writers",
    violates: "justified refusal",
    target: KeptActor,
    method: "refresh",
    replace: () => (state) => Promise.resolve(state),
  },
  {
    mistake: "an append does not expect the version that the command was decided on",
    violates: "consistent versions",
    target: MemoryLog,
    method: "append",
    replace: (original) =>
      function (this: unknown, commit, signal) {
        return original.call(this, { ...commit, expectedVersion: "any" }, signal);
      },
  },
  {
    mistake: "a state in memory ignores the events of its own commands",
    violates: "matching result",
    target: ActorState,
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

for (const { mistake, violates, target, method, replace } of mutants) {
  Deno.test(`HostingWorld detects the mistake: ${mistake}`, async () => {
    const prototype = target.prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = prototype[method]!;
    prototype[method] = replace(original);
    try {
      const found: string[] = [];
      for (let seed = 0; seed < WORLDS && !found.some((violation) => violation.startsWith(violates)); seed++) {
        const world = new HostingWorld(seed);
        await world.run();
        found.push(...world.oracle.violations);
      }
      assert(found.some((violation) => violation.startsWith(violates)), `found ${found.slice(0, 3)}`);
    } finally {
      prototype[method] = original;
    }
  });
}
