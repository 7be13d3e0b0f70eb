/**
 * Version floors: the last version of each actor whose commits were purged from the log. A separate stream contains
 * them. A floor is stored before the purge. A writer that finds no commit of an actor in the log reads the floor, so
 * that no version is used twice.
 *
 * @module
 */
import { ManagedStream } from "../streams/managed_stream.ts";
import { MessageGet } from "../api/message_get.ts";
import { decodeActor, encodeActor, type Names } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import type { ServerApi } from "../api/server_api.ts";
import type { ListedFloor } from "../log/log_context.ts";
import type { MessageSource } from "../log/message_source.ts";
import { readMessages } from "../log/read_messages.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { checkFloors, floorsConfig } from "../streams/stream_config.ts";
import type { StreamSettings } from "../streams/stream_settings.ts";
import { decodeVersionFloor, encodeVersionFloor, type VersionFloor } from "../wire/version_floor.ts";

const EMPTY = new Uint8Array();

/** The limits of concurrent reads, and the consumers that are closed with the backend. */
type Shared = Pick<MessageSource, "batchSemaphore" | "sharedBatchSemaphore" | "consumers">;

/** See the top of this file. */
export class VersionFloors {
  readonly #api: ServerApi;
  readonly #names: Names;
  readonly #stream: ManagedStream<true>;
  readonly #gets: MessageGet;
  readonly #shared: Shared;

  constructor(
    api: ServerApi,
    names: Names,
    settings: StreamSettings,
    shared: Shared,
  ) {
    this.#api = api;
    this.#shared = shared;
    this.#names = names;
    this.#stream = new ManagedStream(api, floorsConfig(names, settings), {
      check: ({ config }) => {
        checkFloors(names, config);
        return true;
      },
    });
    this.#gets = new MessageGet(api, this.#stream);
  }

  /** Creates the stream of version floors. */
  async provision(budget: RetryBudget): Promise<void> {
    await retryWhileTransient({ stream: this.#stream }, budget, (options) => this.#stream.ensure(options));
  }

  /** The version floor of an actor; `undefined` if there is none. */
  async find(actorId: string, budget: RetryBudget): Promise<VersionFloor | undefined> {
    const message = await this.#last(actorId, budget);
    return message && decodeVersionFloor(this.#names, message);
  }

  /** The version floors of all actors of a pattern. */
  async *list(actors: string, signal: AbortSignal | undefined): AsyncGenerator<ListedFloor, void, void> {
    const stream = this.#stream;
    const budget = this.#api.newBudget(signal);
    if (!/[*>]/.test(actors)) {
      const floor = await this.find(actors, budget);
      if (floor !== undefined) yield { ...floor, actorId: actors };
      return;
    }
    const found = await retryWhileTransient({ stream }, budget, (options) => stream.find(options));
    if (found === undefined) return;
    const names = { namespace: this.#names.namespace, allActors: this.#subject(">") };
    const source = { api: this.#api, stream, gets: this.#gets, names, ...this.#shared };
    // A floor that is raised during a read moves to the end of the stream, where the read may miss it. Therefore
    // another read continues after the last floor, until a read returns no floor.
    for (let from = 0, next = 1; from < next;) {
      from = next;
      const range = { subject: this.#subject(actors), from, expectedCount: Infinity };
      for await (const messages of readMessages(source, range, signal)) {
        for (const message of messages) {
          const actorId = decodeActor(message.subject.slice(this.#names.floorsPrefix.length));
          yield { ...decodeVersionFloor(this.#names, message), actorId };
        }
        next = messages.at(-1)!.sequence + 1;
      }
    }
  }

  async #last(actorId: string, budget: RetryBudget): Promise<StoredMessage | undefined> {
    return await retryWhileTransient({ stream: this.#stream }, budget, async (options) => {
      if (await this.#stream.find(options) === undefined) return undefined;
      return await this.#gets.last(this.#subject(actorId), options);
    });
  }

  /**
   * Raises the version floor of an actor, unless the floor is already as high. Another process may raise it at the same
   * time, to a version below or above this one. Each process replaces only the floor that it has read.
   */
  async raise(actorId: string, floor: VersionFloor, budget: RetryBudget): Promise<void> {
    while (true) {
      const last = await this.#last(actorId, budget);
      if (last !== undefined && decodeVersionFloor(this.#names, last).version >= floor.version) return;
      if (await this.#replace(actorId, floor, last?.sequence ?? 0, budget)) return;
    }
  }

  /** @returns Whether the floor is certainly stored. If not, another process may have stored a floor first. */
  async #replace(actorId: string, floor: VersionFloor, lastSequence: number, budget: RetryBudget): Promise<boolean> {
    const headers = encodeVersionFloor(floor, { stream: this.#names.floors, lastSequence });
    const subject = this.#subject(actorId);
    try {
      return await retryWhileTransient({ stream: this.#stream }, budget, async (options) => {
        await this.#stream.ensure(options);
        const { knownHistory } = this.#stream;
        const { data } = await this.#api.send(subject, EMPTY, { ...options, headers });
        this.#stream.readAck(data, knownHistory);
        return true;
      }) ?? false;
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.wrongLastSequence) return false;
      throw error;
    }
  }

  /** The subject of an actor's version floor, or of the floors of an actor pattern. */
  #subject(actorId: string): string {
    return `${this.#names.floorsPrefix}${encodeActor(actorId)}`;
  }
}
