/**
 * A property of load() for every adapter. For random histories, snapshot policies and faults of snapshots, the loaded
 * state of an actor is the state that a model computes from the appended events.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  allOf,
  anyOf,
  everyBytes,
  everyEvents,
  never,
  olderThan,
  type SnapshotPolicy,
  when,
  withSnapshots,
} from "@flowmade-one/aether/snapshots";
import { type Backend, decider, type EventStore, execute, load, type NewEventOf } from "@flowmade-one/aether";
import { type Account, account, AccountEvents } from "./account.ts";

/** A backend, and functions that damage and delete its stored snapshots. */
export interface FaultyStorage {
  readonly backend: Backend;
  /** Makes a snapshot unreadable, if it exists. */
  damage(actorId: string, version: number): Promise<void>;
  /** Deletes a snapshot, if it exists. */
  drop(actorId: string, version: number): Promise<void>;
}

/** The parameters of a check. */
export interface PropertyOptions {
  readonly seed: number;
  /** Opens a storage for one history. */
  readonly open: () => Promise<FaultyStorage>;
  /** The number of histories. */
  readonly runs: number;
  /** The maximum number of steps of one history. */
  readonly maxSteps: number;
}

/** The namespace of all histories. */
export const NAMESPACE = "property";

const SCHEMA = 1;

/** A step of a history. Versions are taken modulo the number of versions that exist. */
type Step =
  | { readonly do: "append"; readonly amounts: readonly number[] }
  | { readonly do: "execute"; readonly amounts: readonly number[]; readonly id: number | undefined }
  | { readonly do: "load"; readonly to: number | undefined; readonly verify: boolean }
  | { readonly do: "damage" | "drop" | "other schema" | "other history" | "newer"; readonly at: number };

interface Script {
  readonly policy: SnapshotPolicy<Account>;
  readonly keep: number;
  readonly steps: readonly Step[];
}

/** Each number is the amount of a "Filled" event; 0 stands for an "Emptied" event. */
const amounts = (minLength: number) => fc.array(fc.nat(9), { minLength, maxLength: 4 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("append" as const), amounts: amounts(1) }),
  fc.record({ do: fc.constant("execute" as const), amounts: amounts(0), id: fc.option(fc.nat(5), { nil: undefined }) }),
  fc.record({ do: fc.constant("load" as const), to: fc.option(fc.nat(), { nil: undefined }), verify: fc.boolean() }),
  fc.record({
    do: fc.constantFrom(
      "damage" as const,
      "drop" as const,
      "other schema" as const,
      "other history" as const,
      "newer" as const,
    ),
    at: fc.nat(),
  }),
);

const simplePolicy: fc.Arbitrary<SnapshotPolicy<Account>> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map(everyEvents),
  fc.integer({ min: 1, max: 900 }).map(everyBytes),
  fc.integer({ min: 1, max: 3 }).map(olderThan),
  fc.integer({ min: 1, max: 4 }).map((n) => when<Account>(({ state }) => state.balance % n === 0)),
  fc.constant(never),
);
const policies = fc.array(simplePolicy, { minLength: 1, maxLength: 2 });
const policy = fc.oneof(policies.map((some) => anyOf(...some)), policies.map((some) => allOf(...some)));

/** Checks the property for random histories. */
export async function checkLoads({ seed, open, runs, maxSteps }: PropertyOptions): Promise<void> {
  let run = 0;
  const steps = fc.array(step, { minLength: maxSteps / 2, maxLength: maxSteps });
  const scripts = fc.record({ policy, keep: fc.integer({ min: 1, max: 4 }), steps });
  const property = fc.asyncProperty(scripts, async (script) => {
    const storage = await open();
    try {
      await new ScriptRun(storage, `actor.${run++}`, script).play();
    } finally {
      await storage.backend.close();
    }
  });
  await fc.assert(property, { seed, numRuns: runs });
}

/** Decides the events in the command. */
const ledger = decider(AccountEvents, { ...account, decide: (amounts: readonly number[]) => amounts.map(toEvent) });

function toEvent(amount: number): NewEventOf<AccountEvents> {
  return amount === 0 ? { type: "Emptied", data: {} } : { type: "Filled", data: { amount } };
}

/** One run of a script on one actor, and the model of the actor. */
class ScriptRun {
  readonly #storage: FaultyStorage;
  readonly #store: EventStore<AccountEvents>;
  readonly #actorId: string;
  readonly #script: Script;
  readonly #problems: unknown[] = [];
  /** The amount of each event. */
  readonly #model: number[] = [];
  /** The version after each command that has a commit id. */
  readonly #commands: Map<string, number> = new Map();

  constructor(storage: FaultyStorage, actorId: string, script: Script) {
    this.#storage = storage;
    this.#store = this.#openStore();
    this.#actorId = actorId;
    this.#script = script;
  }

  async play(): Promise<void> {
    for (const step of this.#script.steps) {
      await this.#take(step);
      assertEquals(this.#problems, [], "the errors of snapshots");
    }
    for (const to of [undefined, this.#model.length || 1]) await this.#load(to, false);
    await this.#snapshotStays();
  }

  /** The next load begins from the snapshot that was written last, with any number of other snapshots. */
  async #snapshotStays(): Promise<void> {
    await this.#store.close(); // Waits for running writes of snapshots. While one runs, no other is written.
    const writing = this.#openStore();
    await execute(writing, this.#decider(false, everyEvents(1)), this.#actorId, [1]);
    this.#model.push(1);
    await writing.close();
    const { version, snapshotVersion } = await load(this.#openStore(), this.#decider(false, never), this.#actorId);
    assertEquals(
      [version, snapshotVersion],
      [this.#model.length, this.#model.length],
      "the version and the version of the snapshot",
    );
  }

  #openStore(): EventStore<AccountEvents> {
    return this.#storage.backend.store(NAMESPACE, AccountEvents);
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "append":
        await this.#store.append(this.#actorId, step.amounts.map(toEvent), { expectedVersion: this.#model.length });
        this.#model.push(...step.amounts);
        return;
      case "execute":
        return await this.#execute(step.amounts, step.id === undefined ? undefined : `command-${step.id}`);
      case "load":
        return await this.#load(
          step.to === undefined ? undefined : 1 + step.to % (this.#model.length + 2),
          step.verify,
        );
      default:
        await this.#harm(step.do, 1 + step.at % Math.max(1, this.#model.length));
    }
  }

  async #execute(amounts: readonly number[], commitId: string | undefined): Promise<void> {
    const before = commitId === undefined ? undefined : this.#commands.get(commitId);
    const executed = await execute(this.#store, this.#decider(false), this.#actorId, amounts, { commitId });
    if (before === undefined) this.#model.push(...amounts);
    const { state, version, duplicate } = executed;
    assertEquals({ state, version }, this.#expected(before), "the state and the version after the command");
    assertEquals(duplicate, before !== undefined);
    if (commitId !== undefined && !duplicate && amounts.length > 0) this.#commands.set(commitId, version);
  }

  async #harm(fault: "damage" | "drop" | "other schema" | "other history" | "newer", at: number): Promise<void> {
    if (fault === "damage" || fault === "drop") return await this.#storage[fault](this.#actorId, at);
    const [event] = await this.#store.read(this.#actorId, { from: at, limit: 1 }).toArray();
    const state = { balance: -1, log: ["wrong"] };
    const commits = { ids: ["command-0", "command-1", "command-2"], complete: true };
    const wrong = { version: at, schema: SCHEMA, eventId: event?.id ?? "none", state, commits };
    const change = fault === "other schema"
      ? { schema: SCHEMA + 1 }
      : fault === "other history"
      ? { eventId: "another" }
      : { version: this.#model.length + at };
    await this.#store.snapshots.put(this.#actorId, { ...wrong, ...change }, { keep: 100 });
  }

  async #load(to: number | undefined, verify: boolean): Promise<void> {
    const { state, version } = await load(this.#store, this.#decider(verify), this.#actorId, { to });
    assertEquals({ state, version }, this.#expected(to), `the load of version ${to}`);
  }

  #expected(to = Infinity): { state: Account; version: number } {
    const amounts = this.#model.slice(0, to);
    const balance = amounts.reduce((sum, amount) => amount === 0 ? 0 : sum + amount, 0);
    const log = amounts.map((amount, i) => amount === 0 ? `${i + 1}-` : `${i + 1}+${amount}`);
    return { state: { balance, log }, version: amounts.length };
  }

  #decider(verify: boolean, policy: SnapshotPolicy<Account> = this.#script.policy) {
    const { keep } = this.#script;
    const onError = (error: unknown) => void this.#problems.push(error);
    return withSnapshots(ledger, { schema: SCHEMA, policy, keep, verify, onError });
  }
}
