import type { Claim, ClaimRecord, Settlement, StopReason } from "./claim.ts";
import { ENDED_SESSION } from "./session_record.ts";

/** The facts about a member on which its claims depend. */
export interface ClaimContext {
  /** The key of this member's session; `""` without one. */
  readonly session: string;
  /** Whether this member may act now as the owner of the claims that its session owns. */
  readonly isValid: boolean;
  /** Whether this member is leaving and releases all claims. */
  readonly isLeaving: boolean;
  /** Whether the storage is open for claims: see {@link Opening}. */
  readonly isOpen: boolean;
  record(key: string): ClaimRecord | undefined;
  /** Whether a session has ended; `undefined` if this member has read no record of the session. */
  hasEnded(session: string): boolean | undefined;
  /** Sends a compare-and-set over a revision. Only a later read shows whether it succeeded. */
  write(key: string, value: Uint8Array, expected: number): void;
}

/** The running work of a claim. */
interface Work {
  /** The session in which the work was started. */
  readonly session: string;
  /** The last revision of the record that the work knows. */
  revision: number;
  /** The reason of the last call of `stop`; `undefined` if `stop` was not called. */
  stopping: StopReason | undefined;
}

/** A write that was sent to make a session the owner of a claim. */
interface Take {
  readonly session: string;
  /** The revision that the write expects. */
  readonly expected: number;
}

interface ClaimState {
  readonly claim: Claim;
  work?: Work | undefined;
  /**
   * The last revision of the record over which this member has sent a release. If the record has this revision or a
   * lower one, the record is stale: no work starts, even if the record names this member as the owner.
   */
  releasedRevision: number;
  /** The function of the last settlement that makes the value of the release. */
  release?: Settlement["release"] | undefined;
  /**
   * The last take. While the record is at the revision that the take expects, the storage may still accept the take.
   */
  take?: Take | undefined;
  isWithdrawn: boolean;
}

/**
 * The claims of one member. {@link ClaimTable.reconcile} compares the actual with the desired state of each claim, and
 * takes one step for each: take, start, stop or release. It is called after every possible change. If the write of a
 * step is lost, a later call repeats the step.
 */
export class ClaimTable {
  readonly #context: ClaimContext;
  /** The claims by their keys. */
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

  /**
   * Adds a claim. If an earlier claim of the same key was withdrawn and its work has settled, the pending release of
   * the earlier claim continues.
   */
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

  /** Called when the work of a claim has ended. */
  settle(claim: Claim, { done, release }: Settlement): void {
    const state = this.#stateOf(claim);
    if (state?.work === undefined) return;
    state.work = undefined;
    state.release = release;
    if (done) state.isWithdrawn = true;
    this.reconcile();
  }

  /** Whether this member owns a claim and the work of the claim may continue. */
  holds(claim: Claim): boolean {
    const work = this.#stateOf(claim)?.work;
    const { session, isValid } = this.#context;
    return work !== undefined && work.stopping === undefined && isValid && work.session === session;
  }

  /** Whether any work that was started in the given session is still running. */
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
    // The value that `release` makes may be newer than the record. It is stored before the work starts again.
    if (isOwner && isWanted && state.release === undefined && record!.revision > state.releasedRevision) {
      return this.#start(state, record!);
    }
    if (isOwner) return this.#release(state, record!);
    // This member does not own the claim. A pending `release` belongs to a term that has ended.
    state.release = undefined;
    if (isValid && isWanted) return this.#take(state, record, owner);
    if (state.isWithdrawn) this.#forget(state, record);
  }

  /**
   * Removes a withdrawn claim. If the storage may still accept its last take, this member first writes a free claim
   * over the same revision. Otherwise the take could succeed later, and no member would release the claim.
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
    // Work that is ending because of a release may still lose its claim.
    if (reason === undefined || reason === work.stopping || work.stopping === "lost") return;
    work.stopping = reason;
    claim.stop(reason);
  }

  #start(state: ClaimState, record: ClaimRecord): void {
    const { session } = this.#context;
    state.work = { session, revision: record.revision, stopping: undefined };
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
      // The first heartbeat of the owner's session may still arrive. This write ends the session before its record
      // exists, so that the session can never begin.
      this.#context.write(owner, ENDED_SESSION, 0);
    }
  }
}
