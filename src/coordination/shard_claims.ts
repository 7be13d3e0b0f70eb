import type { Claim } from "./claim.ts";
import type { Coordinator } from "./coordinator.ts";
import { assignShards, hashOf } from "./placement.ts";
import { nameOfSession } from "./session_record.ts";

/** A claim of one shard. */
export interface ShardClaim extends Claim {
  /** Resolves when no work is running. */
  readonly settled: Promise<void>;
}

/**
 * The claims of the shards of a service. This member wants the shards that placement assigns to it, from the live
 * members that offer the service.
 */
export class ShardClaims<C extends ShardClaim> {
  /** The claims, in the order of the shards. */
  readonly claims: readonly C[];
  readonly #coordinator: Coordinator;
  readonly #service: string;
  readonly #offer: Disposable;
  readonly #membersListener: Disposable;
  /** The session of each shard's owner; `undefined` after a change of the members, until it is needed again. */
  #owners: readonly string[] | undefined;

  /**
   * @param toClaim Makes the claim of a shard. The second argument returns whether this member wants the shard.
   * @throws {TooLargeError} If the services of this member would have more than 65,000 bytes.
   */
  constructor(
    coordinator: Coordinator,
    service: string,
    count: number,
    toClaim: (shard: number, isWanted: () => boolean) => C,
  ) {
    this.#coordinator = coordinator;
    this.#service = service;
    // May throw, and is therefore the first step.
    this.#offer = coordinator.offer(service);
    this.#membersListener = coordinator.onMembersChanged(() => this.#owners = undefined);
    this.claims = Array.from({ length: count }, (_, shard) => toClaim(shard, () => this.#isAssigned(shard)));
    for (const claim of this.claims) coordinator.add(claim);
  }

  /** The numbers of the shards that this member owns, in order. */
  get owned(): readonly number[] {
    return this.claims.flatMap((claim, shard) => this.#coordinator.holds(claim) ? [shard] : []);
  }

  /** Withdraws the service and the claims. Resolves when no work is running. */
  async close(): Promise<void> {
    this.#offer[Symbol.dispose]();
    for (const claim of this.claims) this.#coordinator.withdraw(claim);
    await Promise.all(this.claims.map((claim) => claim.settled));
    this.#membersListener[Symbol.dispose]();
  }

  #isAssigned(shard: number): boolean {
    this.#owners ??= this.#assign();
    return this.#owners[shard] === this.#coordinator.session;
  }

  #assign(): string[] {
    const sessions = [...this.#coordinator.members].filter(([, { services }]) => services.includes(this.#service));
    const members = sessions.map(([session]) => ({ session, hash: hashOf(nameOfSession(session)) }));
    return assignShards(members, this.claims.length, hashOf(this.#service)).map(({ session }) => session);
  }
}
