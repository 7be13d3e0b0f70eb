import type { ActorRange, Page } from "../../../adapter.ts";
import { EventsExpiredError } from "../../../mod.ts";
import { findHead } from "./find_head.ts";
import { findVersion } from "./find_version.ts";
import { type DecodedFrame, decodeFrame, type FrameHead } from "../wire/frame.ts";
import type { LogContext } from "./log_context.ts";
import { findLogState } from "./log_range.ts";
import { actorSubject } from "../wire/names.ts";
import { Patience } from "../api/patience.ts";
import { readStored } from "../streams/read_stored.ts";
import { scan } from "./scan.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { TailExpired } from "./tail_expired.ts";

/** Events that are turned around at once in a reading backwards. */
const WINDOW = 512;

/** One reading of an actor. */
export class ActorReading {
  readonly #log: LogContext;
  readonly #actorId: string;
  readonly #range: ActorRange;
  readonly #signal: AbortSignal | undefined;
  #subject = "";
  /** The sequence of the first commit of the log that is left. */
  #first = 1;

  constructor(log: LogContext, actorId: string, range: ActorRange, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#actorId = actorId;
    this.#range = range;
    this.#signal = signal;
  }

  /** Does it: see `Log.readActor`. */
  async *run(): AsyncGenerator<Page, void, void> {
    const { stream, names } = this.#log;
    const patience = this.#patience();
    const facts = await readStored(this.#log, patience, (options) => stream.find(options));
    if (facts === undefined) return;
    this.#subject = actorSubject(names, facts.partitions, this.#actorId);
    if (facts.retention !== undefined) this.#first = (await findLogState(this.#log, patience))?.first ?? 1;
    if (this.#range.backwards) yield* this.#backwards();
    else yield* this.#forwards();
  }

  async *#forwards(): AsyncGenerator<Page, void, void> {
    const { from, to, limit } = this.#range;
    const mark = this.#log.marks.get(this.#subject);
    if (from > 1 && mark?.version === from && mark.sequence >= this.#first) {
      const frames = this.#frames(mark.sequence, undefined, Math.min(limit, to - from + 1));
      const { value: first } = await frames.next();
      if (first !== undefined && holds(first[0]!, from)) return yield* this.#goOn(first, frames, from);
      await frames.return();
    }
    const start = from === 1 ? this.#first : await this.#find(from);
    if (start === undefined) return;
    const frames = this.#frames(start, undefined, Math.min(limit, to - from + 1));
    const { value: first } = await frames.next();
    if (first !== undefined) return yield* this.#goOn(first, frames, from);
    if (start > 1) await this.#find(from); // It may have expired, all of it.
  }

  /**
   * The sequence from which a version is to be read; `undefined` if the actor has not come to it.
   *
   * @throws {EventsExpiredError} Nothing of the actor is left.
   */
  async #find(version: number): Promise<number | undefined> {
    const head = await findHead(this.#log, this.#actorId, this.#patience());
    if (head === undefined || head.version < version) return undefined;
    if (head.frame === undefined || head.frame.sequence < this.#first) throw this.#expired(head.version + 1);
    return (await this.#search(version, head.frame)).sequence;
  }

  async *#goOn(
    first: DecodedFrame[],
    rest: AsyncIterable<DecodedFrame[]>,
    from: number,
  ): AsyncGenerator<Page, void, void> {
    const { to } = this.#range;
    let next = holds(first[0]!, from) ? first[0]!.firstVersion : from;
    let last: FrameHead | undefined;
    let pages = 0;
    for await (const frames of startWith(first, rest)) {
      pages++;
      const page: Page = [];
      for (const frame of frames) {
        if (next > to) break;
        if (frame.firstVersion !== next) {
          if (page.length > 0) yield page;
          throw this.#expired(frame.firstVersion);
        }
        for (const event of frame.events) page.push(event);
        next = frame.lastVersion + 1;
        last = frame;
      }
      if (page.length > 0) yield page;
      if (next > to) return;
    }
    // What one page held was all there was; more may have left meanwhile.
    if (pages > 1) await this.#checkEnd(next);
    // It was the actor's last: who loads an actor and then appends to it need not ask again.
    if (last !== undefined) {
      this.#log.heads.advance(this.#subject, { version: last.lastVersion, sequence: last.sequence });
      this.#log.stream.remember(last.sequence, last.commitId);
    }
  }

  /** Makes sure that an actor which has a version by now has it in the log: whoever reads to the end has not missed it. */
  async #checkEnd(next: number): Promise<void> {
    const head = await findHead(this.#log, this.#actorId, this.#patience());
    if (head === undefined || head.version < next) return;
    const { firstVersion } = head.frame === undefined
      ? { firstVersion: Infinity }
      : await this.#search(next, head.frame);
    if (firstVersion > next) throw this.#expired(Math.min(firstVersion, head.version + 1));
  }

  async *#backwards(): AsyncGenerator<Page, void, void> {
    const { from, limit } = this.#range;
    const head = await findHead(this.#log, this.#actorId, this.#patience());
    let above = head?.frame;
    let to = Math.min(this.#range.to, head?.version ?? 0);
    const isGone = above === undefined || above.sequence < this.#first;
    if (isGone && to >= from) throw this.#expired(head!.version + 1);
    for (let left = limit; above !== undefined && to >= from && left > 0;) {
      const wanted = Math.max(from, to - Math.min(left, WINDOW) + 1);
      const start: FrameHead = await this.#search(wanted, above);
      const { page, first } = await this.#upTo(start, to, above);
      left -= page.filter(({ version }) => version <= to).length;
      if (page.length > 0) yield page.reverse();
      if (first > wanted) throw this.#expired(first);
      to = start.firstVersion - 1;
      above = start;
    }
  }

  /** The events of the frames from one on to the one that holds a version; where some are missing, those after them. */
  async #upTo(start: FrameHead, to: number, above: FrameHead): Promise<{ page: Page; first: number }> {
    let page: Page = [];
    let first = start.firstVersion;
    let next = first;
    if (first > to) return { page, first };
    for await (const frames of this.#frames(start.sequence, above.sequence, to - first + 1)) {
      for (const frame of frames) {
        if (next > to) return { page, first };
        if (frame.firstVersion !== next) {
          page = [];
          first = frame.firstVersion;
        }
        for (const event of frame.events) page.push(event);
        next = frame.lastVersion + 1;
      }
    }
    return { page, first };
  }

  #search(version: number, head: FrameHead): Promise<FrameHead> {
    return findVersion(this.#log, this.#subject, version, head, this.#patience(), this.#first);
  }

  async *#frames(from: number, until: number | undefined, about: number): AsyncGenerator<DecodedFrame[], void, void> {
    for await (const messages of this.#scan(from, until, about)) {
      const frames = messages.map((message) => decodeFrame(this.#log, this.#actorId, message, this.#range.from));
      const counting = frames.filter(({ isVoid }) => !isVoid);
      if (counting.length > 0) yield counting;
    }
  }

  /** Where the rest has left, what came instead is told by its versions, or by nothing. */
  async *#scan(from: number, until: number | undefined, about: number): AsyncGenerator<StoredMessage[], void, void> {
    let reached = from - 1;
    try {
      for await (const messages of scan(this.#log, { subject: this.#subject, from, until, about }, this.#signal)) {
        reached = messages.at(-1)!.sequence;
        yield messages;
      }
    } catch (error) {
      if (!(error instanceof TailExpired)) throw error;
      const patience = this.#patience();
      const next = await readStored(this.#log, patience, (o) => this.#log.gets.next(this.#subject, reached + 1, o));
      if (next !== undefined) return yield [next];
      const head = await findHead(this.#log, this.#actorId, patience);
      throw this.#expired((head?.version ?? 0) + 1);
    }
  }

  #patience(): Patience {
    return new Patience(this.#log.api.patience, this.#signal);
  }

  #expired(firstAvailable: number): EventsExpiredError {
    return new EventsExpiredError({ namespace: this.#log.names.namespace, actorId: this.#actorId, firstAvailable });
  }
}

function holds({ firstVersion, lastVersion }: FrameHead, version: number): boolean {
  return firstVersion <= version && version <= lastVersion;
}

async function* startWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield first;
  yield* rest;
}
