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
import { type CommitMessage, encodeCommitMessage, type ExpectedLatest } from "../wire/commit_message.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import { actorSubject } from "../wire/names.ts";
import {
  type AppendFacts,
  decide,
  decideByReply,
  decideBySuccessor,
  hasUnconfirmedCopyAfter,
  type Reply,
  type RereadDecision,
  type StoredDecision,
  type Successor,
} from "./append_decision.ts";
import { explainAppend, unknownOutcome } from "./append_errors.ts";
import { findLatestCommit, type FoundCommit } from "./find_latest_commit.ts";
import { findRepeatedCommit } from "./find_repeated_commit.ts";
import { findSuccessor } from "./find_successor.ts";
import type { LogContext } from "./log_context.ts";
import type { LatestCommit } from "./sequence_cache.ts";

/** Maximum number of attempts of one append. An attempt is lost when another writer stores a commit first. */
const MAX_ROUNDS = 256;

/** The latest commit of the actor, cached or read. */
type Latest = ExpectedLatest & Pick<FoundCommit, "commit">;

/** The first message of an append, sent by the fast path. */
export interface SentCommit {
  /** The time at which the append started, by the clock of the backend. */
  readonly start: number;
  /** The facts of the log when the message was sent. */
  readonly metadata: LogMetadata;
  readonly latest: LatestCommit;
  readonly message: CommitMessage;
}

/** One append. An instance is used once. The caller holds the mutex of the actor. */
export class Append {
  readonly #log: LogContext;
  readonly #commit: Commit;
  readonly #budget: RetryBudget;
  #partitions = 0;
  #identity = "";
  /** Whether commits of the log may expire: `true` until the metadata of the log is known. */
  #mayExpire = true;
  #subject = "";
  /** See `AppendFacts.hasUnconfirmedCopy`. */
  #hasUnconfirmedCopy = false;
  #encoded: ReturnType<Codecs["encode"]> | undefined;

  constructor(log: LogContext, commit: Commit, budget: RetryBudget) {
    this.#log = log;
    this.#commit = commit;
    this.#budget = budget;
  }

  /** Runs the append: see `Log.append`. */
  run(): Promise<AppendOutcome> {
    return this.#explained(async () => {
      const cached = this.#cachedLatest();
      if (cached !== undefined || !this.#mayExpire) return await this.#appendAfter(cached);
      return await this.#log.uncachedAppends.run(this.#budget.signal, () => this.#appendAfter(undefined));
    });
  }

  /**
   * Continues an append whose first message was sent by the fast path.
   *
   * @param reply The sequence in the acknowledgement, or the error of the request.
   */
  resume({ metadata, latest, message }: SentCommit, reply: unknown): Promise<AppendOutcome> {
    return this.#explained(async () => {
      this.#learn(metadata);
      this.#hasUnconfirmedCopy = true;
      const known = toReply(reply);
      this.#hasUnconfirmedCopy = hasUnconfirmedCopyAfter(known, false);
      return await this.#appendAfter(latest, this.#storeAfterReply(latest, message, known));
    });
  }

  /** Runs the work of an append, and turns its errors into errors for the user. */
  async #explained(work: () => Promise<AppendOutcome>): Promise<AppendOutcome> {
    try {
      return await work();
    } catch (error) {
      this.#log.latest.delete(this.#subject);
      const { namespace } = this.#log.names;
      throw this.#hasUnconfirmedCopy
        ? unknownOutcome(namespace, this.#commit, error)
        : explainAppend(String(this), namespace, error);
    }
  }

  /** @param first The decision of the first round, if the commit message was sent already. */
  async #appendAfter(
    cached: Latest | undefined,
    first?: Promise<StoredDecision | RereadDecision>,
  ): Promise<AppendOutcome> {
    const { expectedVersion } = this.#commit;
    let latest = cached ?? await this.#readLatest();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (!meetsExpectation(expectedVersion, latest.version)) {
        latest = await this.#readLatest();
        if (!meetsExpectation(expectedVersion, latest.version)) return await this.#duplicateOrConflict(latest);
      }
      const decision = await (round === 0 && first !== undefined ? first : this.#store(latest));
      if (decision.kind === "stored") return this.#succeed(decision);
      this.#hasUnconfirmedCopy = decision.hasUnconfirmedCopy;
      const before = latest;
      latest = await this.#readLatest();
      if (!this.#hasUnconfirmedCopy || latest.sequence === before.sequence) continue;
      const found = decideBySuccessor(await this.#findSuccessor(before), this.#facts(before));
      if (found?.kind === "stored") return this.#succeed(found);
      if (found?.kind === "fail") throw found.error;
      if (found !== undefined) this.#hasUnconfirmedCopy = false;
    }
    throw new UnavailableError(
      `Cannot ${this}: in each of ${MAX_ROUNDS} attempts, another writer stored a commit first. Nothing was ` +
        `stored. Try again`,
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
    const metadata = await retryWhileTransient(this.#log, this.#budget, (options) => stream.find(options));
    if (metadata !== undefined) this.#learn(metadata);
    return await findLatestCommit(this.#log, this.#commit.actorId, this.#budget) ?? { version: 0, sequence: 0 };
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
      hasUnconfirmedCopy: this.#hasUnconfirmedCopy,
    };
  }

  /**
   * The outcome if the actor does not have the expected version: an earlier append stored the commit, or it is a
   * conflict.
   */
  async #duplicateOrConflict({ version, commit: latest }: Latest): Promise<AppendOutcome> {
    const search = latest && { subject: this.#subject, latest, mayExpire: this.#mayExpire };
    const found = search && await findRepeatedCommit(this.#log, this.#commit, search, this.#budget);
    if (found === undefined) return { ok: false, actual: version };
    const { lastVersion, sequence: offset } = found;
    return { ok: true, version: lastVersion, identity: this.#identity, offset, duplicate: !this.#hasUnconfirmedCopy };
  }

  #succeed(decision: StoredDecision): AppendOutcome {
    return recordStored(this.#log, this.#subject, this.#identity, this.#commit.id, decision);
  }

  /** Sends the commit message, repeatedly if needed, until the result is known. */
  async #store(latest: Latest): Promise<StoredDecision | RereadDecision> {
    await this.#ensure();
    // True if `ensure` has just created the stream: the last sequence of the log has not been read yet.
    const isUnread = latest.sequence === 0 && latest.observedSequence === undefined;
    if (this.#mayExpire && isUnread) return { kind: "reread", hasUnconfirmedCopy: false };
    const message = this.#encode(latest);
    return await this.#storeAfterReply(latest, message, await this.#send(message));
  }

  /** Decides by the reply to a commit message. Sends it repeatedly if needed, until the result is known. */
  async #storeAfterReply(
    latest: Latest,
    message: CommitMessage,
    first: Reply,
  ): Promise<StoredDecision | RereadDecision> {
    const [partitions, identity] = [this.#partitions, this.#identity];
    for (let reply = first;; reply = await this.#send(message)) {
      const facts = this.#facts(latest);
      const decision = decideByReply(reply, facts) ?? decide(reply, await this.#findSuccessor(latest), facts);
      if (decision.kind === "fail") throw decision.error;
      if (decision.kind !== "resend") return decision;
      await this.#budget.backoff(reply);
      await this.#ensure();
      if (this.#partitions !== partitions || this.#identity !== identity) {
        return { kind: "reread", hasUnconfirmedCopy: false };
      }
    }
  }

  #encode(latest: Latest): CommitMessage {
    this.#encoded ??= this.#log.codecs.encode(this.#commit);
    const expected = { stream: this.#log.names.log, identity: this.#identity, latest };
    const message = encodeCommitMessage(this.#commit, this.#encoded, expected);
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
      const metadata = await retryWhileTransient(this.#log, this.#budget, (options) => stream.ensure(options));
      if (metadata !== undefined) return this.#learn(metadata);
      await this.#budget.backoff(new RequestFailure("no-responders", new Error("the stream was deleted")));
    }
  }

  /** Sends the commit message once. */
  async #send({ headers, body }: CommitMessage): Promise<Reply> {
    this.#budget.signal?.throwIfAborted();
    const before = this.#hasUnconfirmedCopy;
    // If the request is aborted, `#hasUnconfirmedCopy` stays true.
    this.#hasUnconfirmedCopy = true;
    const reply = await this.#replyTo(headers, body);
    this.#hasUnconfirmedCopy = hasUnconfirmedCopyAfter(reply, before);
    return reply;
  }

  async #replyTo(headers: CommitMessage["headers"], body: Uint8Array): Promise<Reply> {
    const { api, stream } = this.#log;
    const { knownHistory } = stream;
    try {
      const { data } = await api.send(this.#subject, body, { ...this.#budget.options, headers });
      return stream.readAck(data, knownHistory);
    } catch (error) {
      return toReply(error);
    }
  }

  #findSuccessor(latest: Latest): Promise<Successor> {
    const actor = { actorId: this.#commit.actorId, subject: this.#subject };
    return findSuccessor(this.#log, actor, latest, this.#mayExpire, this.#budget);
  }

  /** The operation in the words of error messages. */
  toString(): string {
    return `append to "${this.#commit.actorId}" in namespace "${this.#log.names.namespace}"`;
  }
}

/** Remembers the stored commit of an append, and returns the outcome. */
export function recordStored(
  { latest, stream }: LogContext,
  subject: string,
  identity: string,
  commitId: string,
  { sequence, version, duplicate }: StoredDecision,
): AppendOutcome {
  latest.set(subject, { version, sequence });
  stream.rememberCommit(sequence, commitId);
  return { ok: true, version, identity, offset: sequence, duplicate };
}

/** Returns the error of a request as a reply, and throws any other error. */
function toReply(error: unknown): Reply {
  if (error instanceof ApiError || error instanceof RequestFailure) return error;
  throw error;
}
