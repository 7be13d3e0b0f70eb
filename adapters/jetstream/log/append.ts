/**
 * Appending: a frame is published with the sequence of the actor's last frame, and the server takes it only if that is
 * still the last.
 *
 * Whatever the server answers, or if it does not, one rule tells what became of a frame: look at the frame that stands
 * right after the expected sequence at the actor's subject. If it has the commit's id, the commit is stored. If it is
 * another's, the commit never will be. If there is none, the same bytes may be sent again: at most one copy of them can
 * be stored.
 *
 * @module
 */
import { type AppendOutcome, type Commit, meetsExpectation } from "../../../adapter.ts";
import { TooLargeError, UnavailableError } from "../../../errors.ts";
import { explainAppend, unknownOutcome } from "./append_errors.ts";
import type { Codecs } from "../wire/codecs.ts";
import { findLatestCommit, type FoundCommit } from "./find_latest_commit.ts";
import { findVersion } from "./find_version.ts";
import {
  type CommitHeaders,
  type CommitMessage,
  decodeCommitHeaders,
  encodeCommitMessage,
  isWithinWindow,
} from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import { findLogState } from "./log_range.ts";
import { actorSubject } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { API_ERROR, ApiError, isTransient } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import { parseAnswer } from "../api/server_api.ts";

/** So often an append whose expectation other writers do not break races them. */
const MAX_ROUNDS = 256;

/** Where an actor's history ends; of what the server just told, more is known. */
type Head = Pick<FoundCommit, "version" | "sequence" | "commit" | "observedLastSequence">;

/** What became of a frame. */
type Verdict =
  | { readonly stored: true; readonly sequence: number; readonly version: number; readonly duplicate: boolean }
  /** Doubted: whoever refused it may have been a leader that does not know yet that there is another. */
  | { readonly stored: false; readonly isDoubted?: boolean };

/** One append, for one use. Others of this process to the same actor are to wait for it. */
export class Append {
  readonly #log: LogContext;
  readonly #commit: Commit;
  /** Its time, which runs from the call on. */
  readonly budget: RetryBudget;
  #partitions = 0;
  #identity = "";
  /** Whether commits of the log expire; as long as there is no log, they may. */
  #mayExpire = true;
  #subject = "";
  /** Whether a copy of the frame may be stored, or on its way to the server. */
  #unsure = false;
  #encoded: ReturnType<Codecs["encode"]> | undefined;

  constructor(log: LogContext, commit: Commit, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#commit = commit;
    this.budget = log.api.newBudget(signal);
  }

  /** Does it: see `Log.append`. */
  async run(): Promise<AppendOutcome> {
    try {
      return await this.#race();
    } catch (error) {
      this.#log.latest.delete(this.#subject);
      const { namespace } = this.#log.names;
      throw this.#unsure
        ? unknownOutcome(namespace, this.#commit, error)
        : explainAppend(String(this), namespace, error);
    }
  }

  #race(): Promise<AppendOutcome> {
    const known = this.#knownHead();
    if (known !== undefined || !this.#mayExpire) return this.#raceFrom(known);
    return this.#log.firstAppends.run(this.budget.signal, () => this.#raceFrom(undefined));
  }

  async #raceFrom(known: Head | undefined): Promise<AppendOutcome> {
    const { expectedVersion } = this.#commit;
    let head = known ?? await this.#freshHead();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (!meetsExpectation(expectedVersion, head.version)) {
        head = await this.#freshHead();
        if (!meetsExpectation(expectedVersion, head.version)) return await this.#refuse(head);
      }
      const verdict = await this.#store(head);
      if (verdict.stored) return this.#stored(verdict);
      this.#unsure = verdict.isDoubted ?? false;
      const before = head;
      head = await this.#freshHead();
      if (!this.#unsure || head.sequence === before.sequence) continue;
      const found = await this.#look(before);
      if (found?.stored) return this.#stored(found);
      // Another's stands there.
      if (found !== undefined) this.#unsure = false;
    }
    throw new UnavailableError(
      `Cannot ${this}: other writers were faster ${MAX_ROUNDS} times. Nothing was stored; try again`,
    );
  }

  /** The head as this process knows it, so that an append need not ask. */
  #knownHead(): Head | undefined {
    const { cached: known } = this.#log.stream;
    if (known === undefined) return undefined;
    this.#learn(known);
    return this.#log.latest.get(this.#subject);
  }

  /** The head as the server has it. */
  async #freshHead(): Promise<Head> {
    await this.#find();
    return await findLatestCommit(this.#log, this.#commit.actorId, this.budget) ?? { version: 0, sequence: 0 };
  }

  /** Whether there is a log. */
  async #find(): Promise<boolean> {
    const { stream } = this.#log;
    const facts = await retryWhileTransient(this.#log, this.budget, (options) => stream.find(options));
    if (facts !== undefined) this.#learn(facts);
    return facts !== undefined;
  }

  #learn({ partitions, retention, identity }: LogMetadata): void {
    this.#mayExpire = retention !== undefined;
    this.#identity = identity;
    if (partitions === this.#partitions) return;
    this.#partitions = partitions;
    this.#subject = actorSubject(this.#log.names, partitions, this.#commit.actorId);
  }

  /** Answers an append whose expectation is not met: a conflict, or a commit that had been stored before. */
  async #refuse({ version, commit: frame }: Head): Promise<AppendOutcome> {
    const { expectedVersion, id } = this.#commit;
    if (typeof expectedVersion === "number" && expectedVersion < version && frame !== undefined) {
      const first = expectedVersion + 1;
      const found = await findVersion(this.#log, this.#subject, first, frame, this.budget);
      if (found.firstVersion === first && found.commitId === id && !await this.#hasExpired(found)) {
        const { lastVersion: version, sequence: offset } = found;
        return { ok: true, version, identity: this.#identity, offset, duplicate: !this.#unsure };
      }
    }
    return { ok: false, actual: version };
  }

  /** What has expired counts as gone, though it may still be stored. */
  async #hasExpired({ sequence }: CommitHeaders): Promise<boolean> {
    const state = this.#mayExpire ? await findLogState(this.#log, this.budget) : undefined;
    return state !== undefined && sequence < state.first;
  }

  #stored({ sequence, version, duplicate }: Verdict & { stored: true }): AppendOutcome {
    this.#log.latest.set(this.#subject, { version, sequence });
    this.#log.stream.rememberCommit(sequence, this.#commit.id);
    return { ok: true, version, identity: this.#identity, offset: sequence, duplicate };
  }

  /** Publishes the frame until it is known what became of it. */
  async #store(head: Head): Promise<Verdict> {
    await this.#ensure();
    // The log was only just made: it has to be looked at.
    if (this.#mayExpire && head.sequence === 0 && head.observedLastSequence === undefined) return { stored: false };
    const { version, sequence: lastSequence, observedLastSequence } = head;
    const [stream, identity] = [this.#log.names.log, this.#identity];
    const expectation = { stream, identity, lastSequence, firstVersion: version + 1, observedLastSequence };
    this.#encoded ??= this.#log.codecs.encode(this.#commit);
    const frame = encodeCommitMessage(this.#commit, this.#encoded, expectation);
    this.#checkSize(frame, this.#encoded.contentType);
    const partitions = this.#partitions;
    while (true) {
      const wasUnsure = this.#unsure;
      const answer = await this.#send(frame);
      const isStored = typeof answer === "number";
      if (isStored && (observedLastSequence === undefined || isWithinWindow(answer, observedLastSequence))) {
        const version = head.version + this.#commit.events.length;
        return { stored: true, sequence: answer, version, duplicate: false };
      }
      // It came too late to count.
      if (isStored) this.#unsure = wasUnsure;
      const verdict = await this.#look(head);
      if (verdict !== undefined) return verdict;
      // Now it is the actor's last, so that no earlier copy is taken any more, and another can be sent from there on.
      if (isStored) return { stored: false };
      // Nothing stands there, and yet it is the wrong sequence: the head is not of this stream, or has left it. Unless a
      // copy was sent before, which may be what made it wrong; but where it left, no copy is taken any more.
      const isWrong = answer instanceof ApiError && answer.code === API_ERROR.wrongLastSequence;
      const hasLeft = this.#mayExpire && head.sequence > 0;
      if (isWrong && (hasLeft || !this.#unsure)) {
        return { stored: false, isDoubted: !hasLeft && this.#log.stream.isReplicated };
      }
      if (!this.#unsure && !isTransient(answer)) throw answer;
      await this.budget.backoff(answer);
      await this.#ensure();
      if (this.#partitions !== partitions || this.#identity !== identity) return { stored: false };
    }
  }

  #checkSize({ headers, body }: CommitMessage, contentType: string): void {
    const room = (this.#log.api.connection.info?.max_payload ?? Infinity) - headers.encode().length;
    if (body.length <= room) return;
    throw new TooLargeError(
      `Cannot ${this}: the commit has ${body.length} bytes as ${contentType}, the server takes ${room}. Split it, or keep ` +
        `large contents elsewhere and refer to them`,
      { bytes: body.length, maxBytes: room },
    );
  }

  async #ensure(): Promise<void> {
    const { stream } = this.#log;
    if (stream.cached !== undefined) return this.#learn(stream.cached);
    while (true) {
      const facts = await retryWhileTransient(this.#log, this.budget, (options) => stream.ensure(options));
      if (facts !== undefined) return this.#learn(facts);
      await this.budget.backoff(new RequestFailure("unheard", new Error("the stream was deleted")));
    }
  }

  /** Sends the frame once. Returns its sequence, or why it is not known to be stored. */
  async #send({ headers, body }: CommitMessage): Promise<number | ApiError | RequestFailure> {
    const { api, names, stream } = this.#log;
    this.budget.signal?.throwIfAborted();
    const { mark } = stream;
    // Until there is an answer.
    const wasUnsure = this.#unsure;
    this.#unsure = true;
    try {
      const { data } = await api.send(this.#subject, body, { ...this.budget.options, headers });
      const ack = parseAnswer<{ stream: string; seq: number }>(data);
      if (ack.stream === names.log) {
        stream.recordStored(ack.seq, mark);
        return ack.seq;
      }
      return new RequestFailure("lost", new Error(`the stream "${ack.stream}" answered`));
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof RequestFailure)) throw error;
      this.#unsure = wasUnsure || mayBeStored(error);
      return error;
    }
  }

  /** Looks at what stands right after the expected sequence; `undefined` if nothing does. */
  async #look(head: Head): Promise<Verdict | undefined> {
    const next = await this.#next(head.sequence + 1);
    if (next === undefined) return this.#mayExpire ? await this.#lookParked(head) : undefined;
    const { commitId, sequence, firstVersion, lastVersion } = next;
    if (this.#mayExpire && firstVersion !== head.version + 1) return this.#sinceExpired();
    if (commitId !== this.#commit.id) return { stored: false };
    // If no copy that this append sent can be the one, an earlier append with the same id stored it.
    return { stored: true, sequence, version: lastVersion, duplicate: !this.#unsure };
  }

  /** The first frame that counts at a sequence or after it. */
  async #next(from: number): Promise<CommitHeaders | undefined> {
    const { gets, names } = this.#log;
    const next = await retryWhileTransient(
      this.#log,
      this.budget,
      (options) => gets.next(this.#subject, from, options),
    );
    const frame = next && decodeCommitHeaders(names, next);
    return frame?.isSuperseded ? await this.#next(frame.sequence + 1) : frame;
  }

  /** The same where the log has nothing of what came after the expected sequence: it may have left. */
  async #lookParked(head: Head): Promise<Verdict | undefined> {
    const { actorId, events, id } = this.#commit;
    const parked = await this.#log.floors.find(actorId, this.budget);
    if (parked === undefined || parked.version <= head.version) return undefined;
    const version = head.version + events.length;
    if (parked.version === version && parked.commitId === id) {
      return { stored: true, sequence: parked.sequence, version, duplicate: !this.#unsure };
    }
    return parked.version <= version ? { stored: false } : this.#sinceExpired();
  }

  /** What came right after the expected sequence has expired: whose it was, nobody can tell any more. */
  #sinceExpired(): Verdict {
    if (!this.#unsure) return { stored: false };
    throw new RequestFailure("lost", new Error("what was stored there has expired since"));
  }

  /** What is attempted, as errors tell it. */
  toString(): string {
    return `append to "${this.#commit.actorId}" in namespace "${this.#log.names.namespace}"`;
  }
}

/** Whether a frame may be stored although this is what came back. */
function mayBeStored(error: ApiError | RequestFailure): boolean {
  return error instanceof ApiError ? error.code === API_ERROR.unavailable : error.kind === "lost";
}
