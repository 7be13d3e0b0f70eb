import type { Coordinator } from "./coordinator.ts";
import { assignShards, hashOf } from "./placement.ts";
import { nameOfSession } from "./session_record.ts";

/** Which shards of a service belong to this member: a function of the live members that offer the service. */
export class ShardPlan implements Disposable {
  readonly #coordinator: Coordinator;
  readonly #service: string;
  readonly #count: number;
  readonly #members: Disposable;
  /** The session of each shard's owner, as of the members that are known. */
  #owners: readonly string[] | undefined;

  constructor(coordinator: Coordinator, service: string, count: number) {
    this.#coordinator = coordinator;
    this.#service = service;
    this.#count = count;
    this.#members = coordinator.onMembersChanged(() => this.#owners = undefined);
  }

  /** Whether a shard belongs to this member. */
  includes(shard: number): boolean {
    this.#owners ??= this.#assign();
    return this.#owners[shard] === this.#coordinator.session;
  }

  [Symbol.dispose](): void {
    this.#members[Symbol.dispose]();
  }

  #assign(): string[] {
    const sharing = [...this.#coordinator.members].filter(([, { services }]) => services.includes(this.#service));
    const members = sharing.map(([session]) => ({ session, hash: hashOf(nameOfSession(session)) }));
    return assignShards(members, this.#count, hashOf(this.#service)).map(({ session }) => session);
  }
}
