/**
 * The heads of actors whose last commits have left the log: a stream beside it that keeps the last message of each
 * actor for good, so that no version is used twice. A head is parked before the commits up to it are dropped from the
 * log: whoever finds nothing of an actor in the log, and looks here after that, finds where its history ended.
 *
 * @module
 */
import { LazyStream } from "../streams/lazy_stream.ts";
import { MessageGet } from "../api/message_get.ts";
import { encodeActor, type Names } from "../wire/names.ts";
import type { Patience } from "../api/patience.ts";
import { readStored } from "../streams/read_stored.ts";
import { API_ERROR, ApiError } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import { parseAnswer, type ServerApi } from "../api/server_api.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { checkHeads, headsConfig } from "../streams/stream_config.ts";
import type { StreamSettings } from "../streams/stream_settings.ts";
import { decodeParkedHead, encodeParkedHead, type ParkedHead } from "../wire/parked_head.ts";

const EMPTY = new Uint8Array();

/** See the top of this file. */
export class ParkedHeads {
  readonly #api: ServerApi;
  readonly #names: Names;
  readonly #stream: LazyStream<true>;
  readonly #gets: MessageGet;

  constructor(api: ServerApi, names: Names, settings: StreamSettings) {
    this.#api = api;
    this.#names = names;
    this.#stream = new LazyStream(api, headsConfig(names, settings), {
      check: (config) => {
        checkHeads(names, config);
        return true;
      },
    });
    this.#gets = new MessageGet(api, this.#stream);
  }

  /** Makes their stream. */
  async provision(patience: Patience): Promise<void> {
    await readStored({ stream: this.#stream }, patience, (options) => this.#stream.ensure(options));
  }

  /** An actor's head; `undefined` if none was parked. */
  async find(actorId: string, patience: Patience): Promise<ParkedHead | undefined> {
    const message = await this.#last(actorId, patience);
    return message && decodeParkedHead(this.#names, message);
  }

  async #last(actorId: string, patience: Patience): Promise<StoredMessage | undefined> {
    return await readStored({ stream: this.#stream }, patience, async (options) => {
      if (await this.#stream.find(options) === undefined) return undefined;
      return await this.#gets.last(this.#subject(actorId), options);
    });
  }

  /**
   * Parks the head of an actor, unless it has a later one. Others may park it at the same time, also an earlier one that
   * they found long ago: each takes the place only of what it has seen.
   */
  async park(actorId: string, head: ParkedHead, patience: Patience): Promise<void> {
    while (true) {
      const last = await this.#last(actorId, patience);
      if (last !== undefined && decodeParkedHead(this.#names, last).version >= head.version) return;
      if (await this.#replace(actorId, head, last?.sequence ?? 0, patience)) return;
    }
  }

  /** @returns Whether it is surely there; if not, others may have been faster. */
  async #replace(actorId: string, head: ParkedHead, lastSequence: number, patience: Patience): Promise<boolean> {
    const headers = encodeParkedHead(head, { stream: this.#names.heads, lastSequence });
    const subject = this.#subject(actorId);
    try {
      return await readStored({ stream: this.#stream }, patience, async (options) => {
        await this.#stream.ensure(options);
        const { data } = await this.#api.send(subject, EMPTY, { ...options, headers });
        const { stream } = parseAnswer<{ stream: string }>(data);
        if (stream === this.#names.heads) return true;
        throw new RequestFailure("lost", new Error(`the stream "${stream}" answered`));
      }) ?? false;
    } catch (error) {
      if (error instanceof ApiError && error.code === API_ERROR.wrongLastSequence) return false;
      throw error;
    }
  }

  #subject(actorId: string): string {
    return `${this.#names.headsPrefix}${encodeActor(actorId)}`;
  }
}
