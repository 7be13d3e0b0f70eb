import { ShardClaims } from "../coordination/shard_claims.ts";
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

/** The name of the service that a node offers in order to take part in a set of shards. */
export function shardsService({ name, count }: Pick<ShardsDefinition, "name" | "count">): string {
  return `shards.${name}.${count}`;
}

/** The shards of a set that one node owns. */
export class SharedShards implements Shares {
  readonly #definition: ShardsDefinition;
  readonly #context: WorkContext;
  readonly #shards: ShardClaims<ClaimedWork>;
  #closing: Promise<void> | undefined;

  constructor(definition: ShardsDefinition, context: WorkContext) {
    this.#definition = definition;
    this.#context = context;
    const { coordinator } = context;
    this.#shards = new ShardClaims(
      coordinator,
      shardsService(definition),
      definition.count,
      (shard, isWanted) => this.#claim(shard, isWanted),
    );
  }

  get owned(): readonly number[] {
    return this.#shards.owned;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#shards.close();
    this.#measure(0);
    this.#definition.onClose();
  }

  #measure(value: number): void {
    this.#context.measure("cluster.shards", value, this.#definition.name);
  }

  #claim(shard: number, isWanted: () => boolean): ClaimedWork {
    const { name, count, work, backoff } = this.#definition;
    const { report } = this.#context;
    return new ClaimedWork({
      key: `claims.shards.${name}.${count}.${shard}`,
      title: `shard ${shard} of "${name}"`,
      operation: { name: "shard", group: name, shard },
      isWanted,
      run: (term) => {
        this.#measure(this.owned.length);
        return work(shard, term);
      },
      ended: ({ endedByItself, failure }) => {
        // Measured in a microtask: the claim is released only after this call, and `owned` includes the shard until
        // then.
        queueMicrotask(() => this.#measure(this.owned.length));
        if (failure === undefined) return endedByItself ? "idle" : "next-term";
        // Work whose signal was aborted may throw. Such an error is not reported.
        if (!endedByItself) return "next-term";
        report(failure.error);
        return backoff;
      },
    }, this.#context);
  }
}
