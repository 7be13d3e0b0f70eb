import type { TransportReceiver } from "../../../adapter.ts";
import { type CommitSource, messageOfRepublished, sourceOfRepublished } from "../wire/republished_commit.ts";
import type { JetStreamMessage } from "../nats/connection.ts";
import type { Codecs } from "../wire/codecs.ts";
import { decodeEvent, originOf } from "../wire/event_message.ts";
import { announcedIdentity, decodeCommitMessage } from "../wire/commit_message.ts";
import { serverHeader } from "../nats/message_headers.ts";
import { toNamespace } from "../wire/names.ts";
import type { SelfEchoFilter } from "./self_echo_filter.ts";
import { parseTime } from "../api/parse_time.ts";
import { LruCache } from "../util/lru_cache.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Number of logs whose last republished commit is remembered: about 100 bytes each. */
const MAX_LOGS = 20_000;

/** The parts that all listeners of one backend share. */
export interface BusContext {
  readonly prefix: string;
  /** Tells this backend's messages from those of all others. */
  readonly origin: string;
  readonly own: SelfEchoFilter;
  readonly codecs: Codecs;
  /** By subject: decoding and checking one costs more than all else. */
  readonly places: LruCache<string, CommitSource>;
}

/** How far the announcements of a log have come. */
interface Reached {
  readonly sequence: number;
  /** When the last of them was stored, in milliseconds since the epoch; 0 before nats-server 2.10. */
  readonly time: number;
}

/** Makes events of the messages that come for one pattern. Never throws: it is called from inside of a connection. */
export class BusListener {
  readonly #bus: BusContext;
  readonly #receiver: TransportReceiver;
  /** By log, how far its announcements have come. A server that takes over from another announces some again. */
  readonly #reached: LruCache<string, Reached> = new LruCache(MAX_LOGS);

  constructor(bus: BusContext, receiver: TransportReceiver) {
    this.#bus = bus;
    this.#receiver = receiver;
  }

  /** Takes in a message. */
  receive(message: JetStreamMessage): void {
    const published = `${this.#bus.prefix}.events.`;
    this.#trying(() => {
      if (!message.subject.startsWith(published)) this.#receiveAnnouncement(message);
      else this.#receivePublished(message.subject.slice(published.length), message);
    });
  }

  /** The log was deleted and made anew: its sequences begin again. */
  forget(log: string): void {
    this.#reached.deleteAll((known) => known === log);
  }

  #receivePublished(name: string, message: JetStreamMessage): void {
    const namespace = toNamespace(name);
    if (namespace === undefined || originOf(message) === this.#bus.origin) return;
    this.#receiver.receive([decodeEvent(namespace, message, this.#bus.codecs)]);
  }

  #receiveAnnouncement(message: JetStreamMessage): void {
    const place = this.#placeOf(message.subject);
    if (place === undefined) return;
    const { names, actorId } = place;
    const frame = messageOfRepublished(place, message);
    if (!this.#advance(names.log, frame)) return;
    // Decoded on delivery: commits that this backend stored are not delivered and need no decoding.
    const { codecs } = this.#bus;
    const give = () =>
      this.#trying(() => {
        const identity = announcedIdentity(names, frame);
        const { events } = decodeCommitMessage({ names, codecs, identity }, actorId, frame);
        if (events.length > 0) this.#receiver.receive(events);
      });
    this.#bus.own.filter(names.log, actorId, frame.sequence, give);
  }

  /** Whether it is not one that was announced before, or stands before one that was. */
  #advance(log: string, { sequence, headers }: StoredMessage): boolean {
    const reached = this.#reached.get(log);
    const time = parseTime(serverHeader(headers, "Nats-Time-Stamp")) || 0;
    if (reached !== undefined && sequence <= reached.sequence) {
      if (time <= reached.time) return false;
      // Stored after a commit with a greater sequence: the log was restored to an older copy, or recreated.
      this.#bus.own.forget(log);
      this.#reached.set(log, { sequence, time });
      return true;
    }
    // Servers' clocks differ, and so may times go back where another has taken over.
    this.#reached.set(log, { sequence, time: Math.max(time, reached?.time ?? 0) });
    return true;
  }

  #placeOf(subject: string): CommitSource | undefined {
    const { places, prefix } = this.#bus;
    const place = places.get(subject) ?? sourceOfRepublished(prefix, subject);
    if (place !== undefined && places.get(subject) === undefined) places.set(subject, place);
    return place;
  }

  #trying(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#receiver.fail(error as Error);
    }
  }
}
