/**
 * One namespace in a file of lines, one per commit:
 *
 * ```json
 * {"log":"3f9c0a1b2c4d"}
 * {"actorId":"order.42","id":"c1","version":1,"commit":{"time":1767225600000,"events":[…]}}
 * ```
 *
 * The first line has the identity of the log, and is written together with the first commit. The file is only appended
 * to. An index in memory has the byte offset of each commit.
 *
 * @module
 */
import {
  type ActorRange,
  type AppendOutcome,
  type Commit,
  type CommitPlace,
  decodeCommit,
  encodeCommit,
  type FollowRange,
  isLogIdentity,
  type Log,
  type LogKey,
  type LogRange,
  meetsExpectation,
  newLogIdentity,
  type Page,
  recordCommit,
  type StoredSnapshot,
} from "@flowmade-one/aether/adapter";
import { CorruptDataError, OutcomeUnknownError, UnknownPositionError } from "@flowmade-one/aether/errors";
import type { Namespace } from "@flowmade-one/aether";
import { CommitIndex, type Entry } from "./commit_index.ts";
import { FileSnapshots } from "./file_snapshots.ts";

/** Commits in one page. */
const PAGE = 64;
/**
 * The string before the JSON form of a commit. It cannot occur earlier in the line, because JSON escapes a quote inside
 * a string.
 */
const MARK = ',"commit":';

const toBytes = (text: string) => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** A log in a file: see the top of this file. */
export class FileLog implements Log {
  readonly #namespace: Namespace;
  /** The identity in the first line, if there is one. Otherwise it is written with the first commit. */
  #identity: string = newLogIdentity();
  readonly #folder: string;
  readonly #path: string;
  readonly #snapshots: FileSnapshots;
  readonly #wakeFollowers: Set<() => void> = new Set();
  /** The index of the file's content; read on first use. */
  #index: Promise<CommitIndex> | undefined;
  /** Bytes of the lines in the index. The bytes after them were not acknowledged. */
  #size = 0;
  #file: Deno.FsFile | undefined;
  #lastAppend: Promise<unknown> = Promise.resolve();

  constructor(namespace: Namespace, folder: string, fileName: string) {
    this.#namespace = namespace;
    this.#folder = folder;
    this.#path = `${folder}/${fileName}`;
    this.#snapshots = new FileSnapshots(`${this.#path}.snapshots`);
  }

  async isUnused(): Promise<boolean> {
    return (await this.#load()).entries.length === 0;
  }

  /** Appends run one after another, so that results come in the order of versions. */
  append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const answer = this.#lastAppend.then(() => this.#append(commit, signal));
    this.#lastAppend = answer.catch(() => {});
    return answer;
  }

  async *readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): AsyncGenerator<Page> {
    const all = (await this.#load()).of(actorId);
    const wanted = all.filter(({ first, last }) => last >= range.from && first <= range.to);
    if (!range.backwards) return yield* this.#pages(wanted.slice(0, range.limit), signal);
    yield* this.#pagesBackwards(wanted.slice(-range.limit), signal);
  }

  async *readLog(range: LogRange, signal: AbortSignal | undefined): AsyncGenerator<Page> {
    const index = await this.#load();
    // Actors and limit are hints: the core filters the events, and stops when it has enough.
    const entries = index.entries.slice(this.#placeOf(range, index), index.placeOf(range.to + 1));
    yield* range.backwards ? this.#pagesBackwards(entries, signal) : this.#pages(entries, signal);
  }

  async latestCommit(): Promise<CommitPlace | undefined> {
    const last = (await this.#load()).entries.at(-1);
    return last && { identity: this.#identity, offset: last.offset };
  }

  async *follow(range: FollowRange, signal: AbortSignal): AsyncGenerator<Page | "caughtUp"> {
    let wake = () => {};
    const onChange = () => wake();
    this.#wakeFollowers.add(onChange);
    signal.addEventListener("abort", onChange);
    try {
      const index = await this.#load();
      const end = index.entries.length;
      let place = range.from === "now" ? end : this.#placeOf({ ...range, from: range.from }, index);
      let isCaughtUp = false;
      while (!signal.aborted) {
        if (!isCaughtUp && place >= end) {
          isCaughtUp = true;
          yield "caughtUp";
        } else if (place < index.entries.length) {
          const next = index.entries.slice(place, place + PAGE);
          place += next.length;
          yield* this.#pages(next, signal);
        } else {
          await new Promise<void>((resolve) => wake = resolve);
        }
      }
    } finally {
      // The core calls return() when the consumer ends: the driver releases its resources here.
      this.#wakeFollowers.delete(onChange);
      signal.removeEventListener("abort", onChange);
    }
  }

  async latestVersion(actorId: string): Promise<number> {
    return (await this.#load()).version(actorId);
  }

  putSnapshot(actorId: string, snapshot: StoredSnapshot, keep: number): Promise<void> {
    return this.#snapshots.put(actorId, snapshot, keep);
  }

  getSnapshot(actorId: string, atMost: number): Promise<StoredSnapshot | undefined> {
    return this.#snapshots.get(actorId, atMost);
  }

  /** Closes the file. The core has waited for every append. */
  async close(): Promise<void> {
    await this.#index?.catch(() => {});
    await this.#snapshots.settled();
    this.#file?.close();
  }

  async #append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const index = await this.#load();
    signal?.throwIfAborted(); // The core makes an AbortError of this reason.
    const { actorId, expectedVersion, id, events } = commit;
    const version = index.version(actorId);
    if (!meetsExpectation(expectedVersion, version)) {
      const repeated = index.of(actorId).find((entry) => entry.first - 1 === expectedVersion && entry.id === id);
      if (repeated === undefined) return { ok: false, actual: version };
      const { last, offset } = repeated;
      return { ok: true, version: last, identity: this.#identity, offset, duplicate: true };
    }
    const head = toBytes(JSON.stringify({ actorId, id, version: version + 1 }).slice(0, -1) + MARK);
    const body = encodeCommit(commit);
    const first = this.#size === 0 ? toBytes(`${JSON.stringify({ log: this.#identity })}\n`) : [];
    const [begin, last] = [this.#size + first.length, version + events.length];
    const [offset, start] = [begin + 1, begin + head.length];
    await this.#write(new Uint8Array([...first, ...head, ...body, ...toBytes("}\n")]), commit);
    index.add({ actorId, id, first: version + 1, last, offset, start, length: body.length });
    for (const wake of this.#wakeFollowers) wake();
    return { ok: true, version: last, identity: this.#identity, offset, duplicate: false };
  }

  /** Resolves when the line would survive a power loss. */
  async #write(line: Uint8Array, { actorId, id: commitId }: Commit): Promise<void> {
    try {
      this.#file ??= await this.#open();
      for (let written = 0; written < line.length;) written += await this.#file.write(line.subarray(written));
      await this.#file.syncData();
      this.#size += line.length;
    } catch (cause) {
      this.#file?.close();
      this.#file = undefined; // When it is opened again, it is cut to the acknowledged lines.
      throw new OutcomeUnknownError(
        `Cannot tell whether the append to "${actorId}" was stored: the file could not be written. Append it again with ` +
          `commit id "${commitId}"`,
        { namespace: this.#namespace, actorId, commitId },
        { cause },
      );
    }
  }

  async #open(): Promise<Deno.FsFile> {
    const file = await Deno.open(this.#path, { create: true, write: true });
    await file.truncate(this.#size); // Removes a torn line.
    await file.seek(0, Deno.SeekMode.End);
    if (this.#size > 0 || Deno.build.os === "windows") return file;
    using folder = await Deno.open(this.#folder); // The entry of the new file in its folder must survive a power loss too.
    await folder.sync();
    return file;
  }

  #load(): Promise<CommitIndex> {
    return this.#index ??= this.#readFile().catch((error) => {
      this.#index = undefined;
      throw error;
    });
  }

  async #readFile(): Promise<CommitIndex> {
    const index = new CommitIndex();
    const bytes = await readIfThere(this.#path);
    let start = 0;
    for (let end; (end = bytes.indexOf(10, start)) >= 0; start = end + 1) {
      try {
        if (start === 0) this.#identity = toIdentity(bytes.subarray(0, end));
        else index.add(toEntry(bytes.subarray(start, end), start, index));
      } catch (cause) {
        // A last line that cannot be read counts as an unacknowledged write that a crash interrupted. Others are damage.
        if (end === bytes.length - 1) break;
        throw new CorruptDataError(`Cannot read "${this.#path}" at byte ${start}: ${(cause as Error).message}`, {
          namespace: this.#namespace,
        }, { cause });
      }
    }
    this.#size = start;
    return index;
  }

  #placeOf({ from, reached, identity }: Pick<LogRange, "from" | "reached" | "identity">, index: CommitIndex): number {
    const isOther = identity !== undefined && identity !== this.#identity;
    if (isOther || reached > (index.entries.at(-1)?.offset ?? 0)) throw new UnknownPositionError(this.#namespace);
    return from === "oldest-available" ? 0 : index.placeOf(from);
  }

  /** Opens the file for each page, so that it is not open while a consumer is busy. */
  async *#pages(entries: readonly Entry[], signal: AbortSignal | undefined): AsyncGenerator<Page, void, void> {
    for (let i = 0; i < entries.length; i += PAGE) {
      signal?.throwIfAborted();
      yield await this.#readPage(entries.slice(i, i + PAGE));
    }
  }

  async *#pagesBackwards(
    entries: readonly Entry[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Page, void, void> {
    for await (const page of this.#pages(entries.toReversed(), signal)) {
      yield page.sort((a, b) => a.position < b.position ? 1 : -1);
    }
  }

  async #readPage(entries: readonly Entry[]): Promise<Page> {
    using file = await Deno.open(this.#path);
    const log: LogKey = { namespace: this.#namespace, identity: this.#identity };
    const page: Page = [];
    for (const { actorId, id, first, offset, start, length } of entries) {
      const body = new Uint8Array(length);
      await file.seek(start, Deno.SeekMode.Start);
      for (let read = 0; read < length;) read += await file.read(body.subarray(read)) ?? Infinity;
      page.push(...recordCommit(log, { actorId, id, ...decodeCommit(body) }, first, offset));
    }
    return page;
  }
}

/** Reads the first line of a file. */
function toIdentity(line: Uint8Array): string {
  const { log } = JSON.parse(toText(line));
  if (typeof log === "string" && isLogIdentity(log)) return log;
  throw new TypeError("it does not name its log");
}

/** Reads the line of a commit. `start` is the byte of the file at which the line begins; its offset is one more. */
function toEntry(line: Uint8Array, start: number, index: CommitIndex): Entry {
  const text = toText(line);
  const { actorId, id, version, commit } = JSON.parse(text);
  if (version !== index.version(actorId) + 1) throw new TypeError(`"${actorId}" is not at version ${version - 1}`);
  const head = toBytes(text.slice(0, text.indexOf(MARK) + MARK.length)).length;
  const last = version + commit.events.length - 1;
  return { actorId, id, first: version, last, offset: start + 1, start: start + head, length: line.length - head - 1 };
}

async function readIfThere(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}
