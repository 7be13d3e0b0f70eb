import type { Claim, ClaimRecord, Settlement, StopReason } from "./claim.ts";
import { ENDED } from "./session_record.ts";

/** The facts about a member on which its claims depend. */
export interface ClaimContext {
  /** The key of this member's session; `""` without one. */
  readonly session: string;
  /** Whether this member may act now on the claims that its session owns. */
  readonly isValid: boolean;
  /** Whether this member is leaving and releases all claims. */
  readonly isLeaving: boolean;
  /** Whether the storage is open for claims: see {@link Opening}. */
  readonly isOpen: boolean;
  record(key: string): ClaimRecord | undefined;
  /** Whether a session has ended; `undefined` if it was never seen. */
  hasEnded(session: string): boolean | undefined;
  /** Writes a record over a revision. The result is visible only in a later read. */
  write(key: string, value: Uint8Array, expected: number): void;
}

/** The running work of a claim. */
interface Work {
  readonly session: string;
  readonly term: number;
  /** The last revision that the work was notified of. */
  revision: number;
  /** The reason of the last stop; `undefined` while the work continues. */
  stopping: StopReason | undefined;
}

/** A write that makes a session the owner of a claim. */
interface Take {
  readonly session: string;
  /** The revision that it replaces. */
  readonly expected: number;
}

interface ClaimState {
  readonly claim: Claim;
  work?: Work | undefined;
  /**
   * The last revision that was released. It counts as free, even if a stale read still names this member as the owner.
   */
  releasedRevision: number;
  release?: Settlement["release"] | undefined;
  /** The last take. The storage may accept it for as long as the record is at the revision that it replaces. */
  take?: Take | undefined;
  isWithdrawn: boolean;
}

/**
 * The claims of one member. {@link ClaimTable.reconcile} compares the actual with the desired state of each claim and
 * takes one step. It is called after every possible change. The next call repeats a lost step.
 */
export class ClaimTable {
  readonly #context: ClaimContext;
  /** By key of the claim. */
  readonly #states: Map<string, ClaimState> = new Map();

  constructor(context: ClaimContext) {
    this.#context = context;
  }

  /** Whether any work is running. */
  get isWorking(): boolean {
    return [...this.#states.values()].some(({ work }) => work !== undefined);
  }

  /** Whether this member owns any claim. */
  get isOwning(): boolean {
    return [...this.#states.values()].some(({ claim }) => this.#isOwned(claim));
  }

  /** Adds a claim. If an earlier claim of the same key was withdrawn and settled, its release continues. */
  add(claim: Claim): void {
    const { releasedRevision = 0, release, take } = this.#states.get(claim.key) ?? {};
    this.#states.set(claim.key, { claim, releasedRevision, release, take, isWithdrawn: false });
    this.reconcile();
  }

  /** Withdraws a claim: its work is stopped, and the claim is released and removed. */
  withdraw(claim: Claim): void {
    const state = this.#stateOf(claim);
    if (state === undefined) return;
    state.isWithdrawn = true;
    this.reconcile();
  }

  /** Records that the work of a claim has ended. */
  settle(claim: Claim, { done, release }: Settlement): void {
    const state = this.#stateOf(claim);
    if (state?.work === undefined) return;
    state.work = undefined;
    state.release = release;
    if (done) state.isWithdrawn = true;
    this.reconcile();
  }

  /** Whether this member owns a claim and its work may continue. */
  holds(claim: Claim): boolean {
    const work = this.#stateOf(claim)?.work;
    const { session, isValid } = this.#context;
    return work !== undefined && work.stopping === undefined && isValid && work.session === session;
  }

  /** Whether work of a claim is running that was started in a session. */
  isWorkingIn(session: string): boolean {
    return [...this.#states.values()].some(({ work }) => work?.session === session);
  }

  /** Takes one step for each claim. */
  reconcile(): void {
    for (const state of [...this.#states.values()]) this.#reconcile(state);
  }

  #reconcile(state: ClaimState): void {
    const { claim } = state;
    const { isValid, isLeaving } = this.#context;
    const record = this.#context.record(claim.key);
    const owner = record === undefined ? "" : claim.codec.ownerOf(record.value);
    const isOwner = this.#isOwned(claim);
    const isWanted = !state.isWithdrawn && !isLeaving && claim.isWanted();
    if (state.work !== undefined) return this.#supervise(state, state.work, isOwner ? record : undefined, isWanted);
    if (isOwner && isWanted && record!.revision > state.releasedRevision) return this.#start(state, record!);
    if (isOwner) return this.#release(state, record!);
    // This member does not own the claim. The value to store with a release belongs to a term that has ended.
    state.release = undefined;
    if (isValid && isWanted) return this.#take(state, record, owner);
    if (state.isWithdrawn) this.#forget(state, record);
  }

  /**
   * Removes a withdrawn claim. A take that may still be stored is overwritten first. Otherwise no member would release
   * it.
   */
  #forget({ claim: { key, codec }, take }: ClaimState, record: ClaimRecord | undefined): void {
    const revision = record?.revision ?? 0;
    const { session, isValid } = this.#context;
    if (take?.session !== session || take.expected !== revision) this.#states.delete(key);
    else if (isValid) this.#context.write(key, codec.withOwner(record?.value, ""), revision);
  }

  #stateOf(claim: Claim): ClaimState | undefined {
    const state = this.#states.get(claim.key);
    return state?.claim === claim ? state : undefined;
  }

  #isOwned({ key, codec }: Claim): boolean {
    const { session, isValid } = this.#context;
    const record = this.#context.record(key);
    return isValid && record !== undefined && codec.ownerOf(record.value) === session;
  }

  /** @param record Present if this member owns the claim. */
  #supervise({ claim }: ClaimState, work: Work, record: ClaimRecord | undefined, isWanted: boolean): void {
    const isHeld = record !== undefined && work.session === this.#context.session;
    if (isHeld && record.revision > work.revision) {
      work.revision = record.revision;
      claim.changed?.(record);
    }
    const reason = !isHeld ? "lost" : isWanted ? undefined : "released";
    // Work that stops because of a release may still lose its claim.
    if (reason === undefined || reason === work.stopping || work.stopping === "lost") return;
    work.stopping = reason;
    claim.stop(reason);
  }

  #start(state: ClaimState, record: ClaimRecord): void {
    const { session } = this.#context;
    state.work = { session, term: record.revision, revision: record.revision, stopping: undefined };
    state.release = undefined;
    state.claim.start(record.revision, record);
  }

  #release(state: ClaimState, { value, revision }: ClaimRecord): void {
    const { claim, release } = state;
    state.releasedRevision = Math.max(state.releasedRevision, revision);
    this.#context.write(claim.key, claim.codec.withOwner(release?.(value) ?? value, ""), revision);
  }

  #take(state: ClaimState, record: ClaimRecord | undefined, owner: string): void {
    if (!this.#context.isOpen) return;
    const { session } = this.#context;
    const { key, codec } = state.claim;
    const hasEnded = owner === "" || this.#context.hasEnded(owner);
    if (hasEnded === true) {
      const expected = record?.revision ?? 0;
      state.take = { session, expected };
      this.#context.write(key, codec.withOwner(record?.value, session), expected);
    } else if (hasEnded === undefined) {
      // A session that was never seen may still appear later. This write ends it before it exists, so that it can never
      // begin.
      this.#context.write(owner, ENDED, 0);
    }
  }
}
