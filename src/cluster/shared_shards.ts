import { ShardPlan } from "../coordination/shard_plan.ts";
import { ClaimedWork, type WorkContext } from "./claimed_work.ts";
import type { Shares, Term } from "./cluster.ts";

/** The definition of a set of shards. */
export interface ShardsDefinition {
  readonly name: string;
  readonly count: number;
  readonly work: (shard: number, term: Term) => unknown;
  /** Milliseconds until work that threw an error starts again. */
  readonly backoff: number;
  /** Called once when the shards are closed. */
  readonly onClose: () => void;
}

/** The service under which nodes that share a set of shards find each other. */
export function shardsService({ name, count }: Pick<ShardsDefinition, "name" | "count">): string {
  return `shards.${name}.${count}`;
}

/** The part of one node in a set of shards. */
export class SharedShards implements Shares {
  readonly #definition: ShardsDefinition;
  readonly #context: WorkContext;
  readonly #offer: Disposable;
  readonly #plan: ShardPlan;
  readonly #works: readonly ClaimedWork[];
  #closing: Promise<void> | undefined;

  constructor(definition: ShardsDefinition, context: WorkContext) {
    const { coordinator } = context;
    this.#definition = definition;
    this.#context = context;
    const service = shardsService(definition);
    this.#plan = new ShardPlan(coordinator, service, definition.count);
    this.#works = Array.from({ length: definition.count }, (_, shard) => this.#work(shard));
    for (const work of this.#works) coordinator.add(work);
    this.#offer = coordinator.offer(service);
  }

  get owned(): readonly number[] {
    return this.#works.flatMap((work, shard) => this.#context.coordinator.holds(work) ? [shard] : []);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { coordinator } = this.#context;
    this.#offer[Symbol.dispose]();
    for (const work of this.#works) coordinator.withdraw(work);
    await Promise.all(this.#works.map((work) => work.settled));
    this.#plan[Symbol.dispose]();
    this.#measure(0);
    this.#definition.onClose();
  }

  #measure(value: number): void {
    this.#context.observer?.measure({ name: "cluster.shards", value, group: this.#definition.name });
  }

  #work(shard: number): ClaimedWork {
    const { name, count, work, backoff } = this.#definition;
    const { report } = this.#context;
    return new ClaimedWork({
      key: `claims.shards.${name}.${count}.${shard}`,
      title: `shard ${shard} of "${name}"`,
      isWanted: () => this.#plan.includes(shard),
      run: (term) => {
        this.#measure(this.owned.length);
        return work(shard, term);
      },
      ended: ({ isOwn, failure }) => {
        this.#measure(this.owned.length);
        if (failure === undefined) return isOwn ? "rest" : "repeat";
        // Work that was aborted may end with an error.
        if (!isOwn) return "repeat";
        report(failure.error);
        return backoff;
      },
    }, this.#context);
  }
}
