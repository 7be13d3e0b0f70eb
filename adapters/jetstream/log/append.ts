/**
 * Appends a commit: publishes a commit message with the expected last sequence of the actor's subject. The server
 * stores the message only if that sequence is still the last. `append_decision.ts` decides what follows from each
 * reply.
 *
 * @module
 */
import { type AppendOutcome, type Commit, meetsExpectation } from "../../../adapter.ts";
import { TooLargeError, UnavailableError } from "../../../errors.ts";
import { ApiError } from "../api/api_error.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { Codecs } from "../wire/codecs.ts";
import {
  type CommitHeaders,
  type CommitMessage,
  decodeCommitHeaders,
  encodeCommitMessage,
} from "../wire/commit_message.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import { actorSubject } from "../wire/names.ts";
import {
  type AppendFacts,
  decide,
  decideByReply,
  decideBySuccessor,
  type ExpectedLatest,
  mayBeStoredAfter,
  type Reply,
  type RereadDecision,
  type StoredDecision,
  type Successor,
} from "./append_decision.ts";
import { explainAppend, unknownOutcome } from "./append_errors.ts";
import { findLatestCommit, type FoundCommit } from "./find_latest_commit.ts";
import { findRepeatedCommit } from "./find_repeated_commit.ts";
import type { LogContext } from "./log_context.ts";

/** Maximum number of attempts of one append. An attempt is lost when another writer stores a commit first. */
const MAX_ROUNDS = 256;

/** The latest commit of the actor, cached or read. */
type Latest = ExpectedLatest & Pick<FoundCommit, "commit">;

/** One append. An instance is used once. The caller holds the mutex of the actor. */
export class Append {
  readonly #log: LogContext;
  readonly #commit: Commit;
  /** The retry budget of the append. It starts when the instance is created. */
  readonly budget: RetryBudget;
  #partitions = 0;
  #identity = "";
  /** Whether commits of the log may expire: `true` until the metadata of the log is known. */
  #mayExpire = true;
  #subject = "";
  /** See `AppendFacts.mayBeStored`. */
  #mayBeStored = false;
  #encoded: ReturnType<Codecs["encode"]> | undefined;

  constructor(log: LogContext, commit: Commit, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#commit = commit;
    this.budget = log.api.newBudget(signal);
  }

  /** Runs the append: see `Log.append`. */
  async run(): Promise<AppendOutcome> {
    try {
      const cached = this.#cachedLatest();
      if (cached !== undefined || !this.#mayExpire) return await this.#appendAfter(cached);
      return await this.#log.firstAppends.run(this.budget.signal, () => this.#appendAfter(undefined));
    } catch (error) {
      this.#log.latest.delete(this.#subject);
      const { namespace } = this.#log.names;
      throw this.#mayBeStored
        ? unknownOutcome(namespace, this.#commit, error)
        : explainAppend(String(this), namespace, error);
    }
  }

  async #appendAfter(cached: Latest | undefined): Promise<AppendOutcome> {
    const { expectedVersion } = this.#commit;
    let latest = cached ?? await this.#readLatest();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (!meetsExpectation(expectedVersion, latest.version)) {
        latest = await this.#readLatest();
        if (!meetsExpectation(expectedVersion, latest.version)) return await this.#refuse(latest);
      }
      const decision = await this.#store(latest);
      if (decision.kind === "stored") return this.#succeed(decision);
      this.#mayBeStored = decision.mayBeStored;
      const before = latest;
      latest = await this.#readLatest();
      if (!this.#mayBeStored || latest.sequence === before.sequence) continue;
      const found = decideBySuccessor(await this.#findSuccessor(before), this.#facts(before));
      if (found?.kind === "stored") return this.#succeed(found);
      if (found?.kind === "fail") throw found.error;
      if (found !== undefined) this.#mayBeStored = false;
    }
    throw new UnavailableError(
      `Cannot ${this}: other writers stored first ${MAX_ROUNDS} times. Nothing was stored. Try again`,
    );
  }

  /** The actor's latest commit in the sequence cache. A hit saves a request. */
  #cachedLatest(): Latest | undefined {
    const { cached } = this.#log.stream;
    if (cached === undefined) return undefined;
    this.#learn(cached);
    return this.#log.latest.get(this.#subject);
  }

  /** Reads the actor's latest commit from the server. */
  async #readLatest(): Promise<Latest> {
    const { stream } = this.#log;
    const metadata = await retryWhileTransient(this.#log, this.budget, (options) => stream.find(options));
    if (metadata !== undefined) this.#learn(metadata);
    return await findLatestCommit(this.#log, this.#commit.actorId, this.budget) ?? { version: 0, sequence: 0 };
  }

  #learn({ partitions, retention, identity }: LogMetadata): void {
    this.#mayExpire = retention !== undefined;
    this.#identity = identity;
    if (partitions === this.#partitions) return;
    this.#partitions = partitions;
    this.#subject = actorSubject(this.#log.names, partitions, this.#commit.actorId);
  }

  #facts(latest: Latest): AppendFacts {
    return {
      commitId: this.#commit.id,
      eventCount: this.#commit.events.length,
      latest,
      mayExpire: this.#mayExpire,
      isReplicated: this.#log.stream.isReplicated,
      mayBeStored: this.#mayBeStored,
    };
  }

  /** Answers when the actor does not have the expected version: the commit was stored earlier, or it is a conflict. */
  async #refuse({ version, commit: latest }: Latest): Promise<AppendOutcome> {
    const search = latest && { subject: this.#subject, latest, mayExpire: this.#mayExpire };
    const found = search && await findRepeatedCommit(this.#log, this.#commit, search, this.budget);
    if (found === undefined) return { ok: false, actual: version };
    const { lastVersion, sequence: offset } = found;
    return { ok: true, version: lastVersion, identity: this.#identity, offset, duplicate: !this.#mayBeStored };
  }

  #succeed({ sequence, version, duplicate }: StoredDecision): AppendOutcome {
    this.#log.latest.set(this.#subject, { version, sequence });
    this.#log.stream.rememberCommit(sequence, this.#commit.id);
    return { ok: true, version, identity: this.#identity, offset: sequence, duplicate };
  }

  /** Sends the commit message, repeatedly if needed, until the result is known. */
  async #store(latest: Latest): Promise<StoredDecision | RereadDecision> {
    await this.#ensure();
    // `ensure` has just created the stream. The last sequence of the log has not been read yet.
    const isUnread = latest.sequence === 0 && latest.observedLastSequence === undefined;
    if (this.#mayExpire && isUnread) return { kind: "reread", mayBeStored: false };
    const message = this.#encode(latest);
    const [partitions, identity] = [this.#partitions, this.#identity];
    while (true) {
      const reply = await this.#send(message);
      const facts = this.#facts(latest);
      const decision = decideByReply(reply, facts) ?? decide(reply, await this.#findSuccessor(latest), facts);
      if (decision.kind === "fail") throw decision.error;
      if (decision.kind !== "resend") return decision;
      await this.budget.backoff(reply);
      await this.#ensure();
      if (this.#partitions !== partitions || this.#identity !== identity) return { kind: "reread", mayBeStored: false };
    }
  }

  #encode({ version, sequence, observedLastSequence }: Latest): CommitMessage {
    this.#encoded ??= this.#log.codecs.encode(this.#commit);
    const message = encodeCommitMessage(this.#commit, this.#encoded, {
      stream: this.#log.names.log,
      identity: this.#identity,
      lastSequence: sequence,
      firstVersion: version + 1,
      observedLastSequence,
    });
    this.#checkSize(message, this.#encoded.contentType);
    return message;
  }

  #checkSize({ headers, body }: CommitMessage, contentType: string): void {
    const maxBytes = (this.#log.api.connection.info?.max_payload ?? Infinity) - headers.encode().length;
    if (body.length <= maxBytes) return;
    throw new TooLargeError(
      `Cannot ${this}: the commit has ${body.length} bytes as ${contentType}, and the server accepts ${maxBytes}. ` +
        `Split it, or keep large contents elsewhere and refer to them`,
      { bytes: body.length, maxBytes },
    );
  }

  async #ensure(): Promise<void> {
    const { stream } = this.#log;
    if (stream.cached !== undefined) return this.#learn(stream.cached);
    while (true) {
      const metadata = await retryWhileTransient(this.#log, this.budget, (options) => stream.ensure(options));
      if (metadata !== undefined) return this.#learn(metadata);
      await this.budget.backoff(new RequestFailure("no-responders", new Error("the stream was deleted")));
    }
  }

  /** Sends the commit message once. */
  async #send({ headers, body }: CommitMessage): Promise<Reply> {
    this.budget.signal?.throwIfAborted();
    const before = this.#mayBeStored;
    // If the request is aborted, the value stays true.
    this.#mayBeStored = true;
    const reply = await this.#replyTo(headers, body);
    this.#mayBeStored = mayBeStoredAfter(reply, before);
    return reply;
  }

  async #replyTo(headers: CommitMessage["headers"], body: Uint8Array): Promise<Reply> {
    const { api, stream } = this.#log;
    const { mark } = stream;
    try {
      const { data } = await api.send(this.#subject, body, { ...this.budget.options, headers });
      return stream.readAck(data, mark);
    } catch (error) {
      if (error instanceof ApiError || error instanceof RequestFailure) return error;
      throw error;
    }
  }

  async #findSuccessor({ sequence, version }: Latest): Promise<Successor> {
    const commit = await this.#nextCommit(sequence + 1);
    if (commit !== undefined) return { kind: "commit", commit };
    const floor = this.#mayExpire ? await this.#log.floors.find(this.#commit.actorId, this.budget) : undefined;
    return floor === undefined || floor.version <= version ? { kind: "none" } : { kind: "floor", floor };
  }

  /** The actor's first commit at a sequence or after it, without superseded ones. */
  async #nextCommit(from: number): Promise<CommitHeaders | undefined> {
    const { gets, names } = this.#log;
    for (let next = from;;) {
      const message = await retryWhileTransient(
        this.#log,
        this.budget,
        (options) => gets.next(this.#subject, next, options),
      );
      const commit = message && decodeCommitHeaders(names, message);
      if (!commit?.isSuperseded) return commit;
      next = commit.sequence + 1;
    }
  }

  /** The operation, as error messages name it. */
  toString(): string {
    return `append to "${this.#commit.actorId}" in namespace "${this.#log.names.namespace}"`;
  }
}
