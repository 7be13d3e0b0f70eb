import type { Records } from "../driver/records.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Claim, Settlement } from "./claim.ts";
import type { CoordinatorSettings } from "./coordinator_settings.ts";
import type { Environment } from "./environment.ts";
import { type HintedReader, HintedReads } from "./hinted_reads.ts";
import { Member } from "./member.ts";
import type { MemberPort } from "./member_port.ts";
import { OfferedServices } from "./offered_services.ts";
import { RecordRequests } from "./record_requests.ts";
import { sessionKey, type SessionRecord } from "./session_record.ts";
import { SuspensionDetector } from "./suspension.ts";

/** Runs the state machine {@link Member}: sends its writes, reads the records, and calls it when time has passed. */
export class Coordinator implements MemberPort, HintedReader {
  readonly #records: Records;
  readonly #settings: CoordinatorSettings;
  readonly #environment: Environment;
  readonly #member: Member;
  readonly #suspension: SuspensionDetector;
  readonly #services: OfferedServices;
  readonly #stepListeners: Set<() => void> = new Set();
  readonly #memberListeners: Set<() => void> = new Set();
  readonly #requests: RecordRequests;
  #cancelTick: () => void = () => {};
  readonly #hints: HintedReads;
  /** The greatest revision that was read; 0 if all records must be read. */
  #lastRevision = 0;
  #generation: number | undefined;
  /**
   * The number of times that a read of all records has begun. If this number changes during a scan, the result of the
   * scan is discarded.
   */
  #pass = 0;
  #isScanning = false;
  #isScanDue = false;
  #scannedAt = -Infinity;
  #isClosed = false;

  constructor(records: Records, settings: CoordinatorSettings, environment: Environment) {
    this.#records = records;
    this.#settings = settings;
    this.#environment = environment;
    this.#requests = new RecordRequests(settings, environment);
    const isReplaceable = records.isReplaceable && settings.waitsInNewStorage;
    const uniqueName = settings.onNameTaken && settings.name;
    this.#member = new Member(this, { ...settings, uniqueName, isReplaceable });
    this.#services = new OfferedServices(settings.name, (services) => this.#announce(services));
    this.#suspension = new SuspensionDetector(environment);
    this.#hints = new HintedReads(records, settings.hints, environment, this);
    this.scan();
    this.#scheduleTick();
  }

  /** The key of this member's session; `""` while it has none. */
  get session(): string {
    return this.#member.session;
  }

  /** Whether this member may act now as the owner of its claims. */
  get isValid(): boolean {
    return this.#member.isValid;
  }

  /** The live members by their session keys, in the order of the keys, including this member. */
  get members(): ReadonlyMap<string, SessionRecord> {
    return this.#member.members;
  }

  /** All live sessions by key, including sessions that are not members. */
  get liveSessions(): ReadonlyMap<string, SessionRecord | undefined> {
    return this.#member.liveSessions;
  }

  /** Whether no earlier live session has the name of this member. `false` until this is known. */
  get isNameUnique(): boolean {
    return this.#member.isNameUnique;
  }

  /** Returns a record as it was last read; `undefined` if it was not read or does not exist. */
  record(key: string): { readonly value: Uint8Array; readonly revision: number } | undefined {
    return this.#member.record(key);
  }

  /** Calls a listener after each read of records and after each tick of the timer. The listener must not throw. */
  onStep(listener: () => void): Disposable {
    this.#stepListeners.add(listener);
    return { [Symbol.dispose]: () => void this.#stepListeners.delete(listener) };
  }

  /** Waits until this member has read records or its timer has run, or the signal is aborted. */
  async nextStep(signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stepListener = this.onStep(resolve);
    const stopListening = onAbort(signal, resolve);
    await promise;
    stepListener[Symbol.dispose]();
    stopListening();
  }

  /**
   * Calls a listener when members or their services have changed, before claims are reconciled. The listener must not
   * throw.
   */
  onMembersChanged(listener: () => void): Disposable {
    this.#memberListeners.add(listener);
    return { [Symbol.dispose]: () => void this.#memberListeners.delete(listener) };
  }

  /**
   * Announces that this member takes part in a service. Disposal of the result withdraws the service.
   *
   * @throws {TooLargeError} If the services of this member would have more than 65,000 bytes.
   */
  offer(service: string): Disposable {
    return this.#services.offer(service);
  }

  add(claim: Claim): void {
    this.#member.add(claim);
  }

  withdraw(claim: Claim): void {
    this.#member.withdraw(claim);
  }

  /** Records that the work of a claim has ended. Must not be called inside `start` or `stop` of the claim. */
  settle(claim: Claim, settlement: Settlement): void {
    this.#member.settle(claim, settlement);
  }

  /** Whether this member owns a claim now and its work may continue. */
  holds(claim: Claim): boolean {
    return this.#member.holds(claim);
  }

  /**
   * Changes the record of a claim that this member owns. The new value must name the same owner.
   *
   * @returns The new revision; `undefined` if the record is at another revision.
   * @throws As {@link Records.put}, and if the storage does not answer within one heartbeat interval. The value may be
   * stored nevertheless.
   */
  async update(claim: Claim, value: Uint8Array, expected: number): Promise<number | undefined> {
    const revision = await this.#requests.send((signal) => this.#records.put(claim.key, value, expected, signal));
    if (revision === undefined) this.scan();
    else if (!this.#isClosed) this.#member.applyStored({ key: claim.key, value, revision });
    return revision;
  }

  /** Stops all work, releases all claims, and ends the session. Resolves when the session has ended. */
  async leave(): Promise<void> {
    while (!this.#member.leave()) await this.nextStep();
    this.close();
  }

  /** Ends all timers and requests at once. The session is not ended: other members end it after its time to live. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTick();
    this.#requests.close();
    this.#hints[Symbol.dispose]();
  }

  // The members below implement MemberPort.

  now(): number {
    return this.#environment.now();
  }

  get wasSuspended(): boolean {
    return this.#suspension.wasSuspended;
  }

  newSession(): string {
    return sessionKey(this.#settings.name, this.#environment.newId());
  }

  put(key: string, value: Uint8Array, expected: number): void {
    void this.#requests.attempt("write", (signal) => this.#records.put(key, value, expected, signal)).then(
      (answered) => {
        if (answered !== undefined) this.scan();
      },
    );
  }

  delete(key: string, revision: number): void {
    void this.#requests.attempt("write", (signal) => this.#records.delete(key, revision, signal));
  }

  membersChanged(): void {
    for (const listener of [...this.#memberListeners]) listener();
  }

  nameTaken(): void {
    this.#settings.onNameTaken?.();
  }

  readAgain(): void {
    this.#lastRevision = 0;
    this.#pass++;
    this.scan();
  }

  #announce(services: readonly string[]): void {
    if (this.#isClosed) return;
    this.#member.offer(services);
    this.#scheduleTick();
  }

  /** The greatest revision that was read. */
  get lastRevision(): number {
    return this.#lastRevision;
  }

  /** Reads the records that are new: now, or when the running scan has ended. */
  scan(): void {
    this.#isScanDue = true;
    if (!this.#isScanning) void this.#scanAll();
  }

  async #scanAll(): Promise<void> {
    this.#isScanning = true;
    while (this.#isScanDue && !this.#isClosed) {
      this.#isScanDue = false;
      this.#scannedAt = this.now();
      await this.#scanPage();
    }
    this.#isScanning = false;
  }

  async #scanPage(): Promise<void> {
    const pass = this.#pass;
    const answered = await this.#requests.attempt(
      "read",
      (signal) => this.#records.scan("", this.#lastRevision, signal),
    );
    if (answered === undefined) return;
    const scan = answered.answer;
    if (this.#isClosed) return;
    if (this.#generation !== undefined && this.#generation !== scan.generation) {
      this.#generation = scan.generation;
      this.#member.reset();
      return this.readAgain();
    }
    this.#generation = scan.generation;
    this.#checkSuspension();
    if (pass !== this.#pass) return;
    this.#lastRevision = scan.entries.at(-1)?.revision ?? this.#lastRevision;
    if (scan.more) this.#isScanDue = true;
    this.#member.applyRecords(scan.entries, !scan.more);
    for (const listener of [...this.#stepListeners]) listener();
    this.#scheduleTick();
  }

  #checkSuspension(): void {
    const { wasSuspended } = this;
    this.#suspension.restart();
    if (wasSuspended) this.#member.suspended();
  }

  #scheduleTick(): void {
    this.#cancelTick();
    if (this.#isClosed) return;
    const { heartbeat } = this.#settings;
    const delay = Math.max(1, Math.min(heartbeat, this.#member.wakeAt - this.now()));
    this.#cancelTick = this.#environment.schedule(delay, () => this.#tick());
  }

  #tick(): void {
    this.#checkSuspension();
    this.#member.tick();
    // The answer to a heartbeat triggers a scan. Without a heartbeat or an answer, this tick scans.
    if (this.session === "" || this.now() - this.#scannedAt >= 1.5 * this.#settings.heartbeat) this.scan();
    for (const listener of [...this.#stepListeners]) listener();
    this.#scheduleTick();
  }
}
