import type { Coordinator } from "./coordinator.ts";
import { assignShards, hashOf } from "./placement.ts";
import { nameOfSession } from "./session_record.ts";

/** Computes which shards of a service belong to this member, from the live members that offer the service. */
export class ShardPlan implements Disposable {
  readonly #coordinator: Coordinator;
  readonly #service: string;
  readonly #count: number;
  readonly #membersListener: Disposable;
  /** The session of each shard's owner; `undefined` after a change of the members, until it is needed again. */
  #owners: readonly string[] | undefined;

  constructor(coordinator: Coordinator, service: string, count: number) {
    this.#coordinator = coordinator;
    this.#service = service;
    this.#count = count;
    this.#membersListener = coordinator.onMembersChanged(() => this.#owners = undefined);
  }

  /** Whether a shard belongs to this member. */
  includes(shard: number): boolean {
    this.#owners ??= this.#assign();
    return this.#owners[shard] === this.#coordinator.session;
  }

  [Symbol.dispose](): void {
    this.#membersListener[Symbol.dispose]();
  }

  #assign(): string[] {
    const sessions = [...this.#coordinator.members].filter(([, { services }]) => services.includes(this.#service));
    const members = sessions.map(([session]) => ({ session, hash: hashOf(nameOfSession(session)) }));
    return assignShards(members, this.#count, hashOf(this.#service)).map(({ session }) => session);
  }
}
