/**
 * Stores the log of one namespace in a file, with one line for each commit: see `file_line.ts`. An append only adds to
 * the file. An index in memory has the place of each commit.
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
import { identityLine, LINE_END, lineStartOf, parseEntry, parseIdentity } from "./file_line.ts";
import { FileSnapshots } from "./file_snapshots.ts";

/** The maximum number of commits in one page. */
const PAGE = 64;

export class FileLog implements Log {
  readonly #namespace: Namespace;
  /** The identity in the first line. While the file is empty, a new identity, which the first append writes. */
  #identity: string = newLogIdentity();
  readonly #folder: string;
  readonly #path: string;
  readonly #snapshots: FileSnapshots;
  readonly #wakeFollowers: Set<() => void> = new Set();
  /** The index of the commits in the file, which is read on first use. */
  #index: Promise<CommitIndex> | undefined;
  /** Bytes of the acknowledged lines. An interrupted write may have left more bytes in the file. */
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

  /** Appends run one after another, so that they resolve in the order of versions. */
  append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const outcome = this.#lastAppend.then(() => this.#append(commit, signal));
    this.#lastAppend = outcome.catch(() => {});
    return outcome;
  }

  async *readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): AsyncGenerator<Page> {
    const all = (await this.#load()).of(actorId);
    const wanted = all.filter(({ firstVersion, lastVersion }) => lastVersion >= range.from && firstVersion <= range.to);
    if (!range.backwards) return yield* this.#pages(wanted.slice(0, range.limit), signal);
    yield* this.#pagesBackwards(wanted.slice(-range.limit), signal);
  }

  async *readLog(range: LogRange, signal: AbortSignal | undefined): AsyncGenerator<Page> {
    const index = await this.#load();
    // `range.actors` and `range.limit` are hints: the core filters the events, and stops when it has enough.
    const entries = index.entries.slice(this.#firstIndex(range, index), index.indexAt(range.to + 1));
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
      let next = range.from === "now" ? end : this.#firstIndex({ ...range, from: range.from }, index);
      let isCaughtUp = false;
      while (!signal.aborted) {
        if (!isCaughtUp && next >= end) {
          isCaughtUp = true;
          yield "caughtUp";
        } else if (next < index.entries.length) {
          const entries = index.entries.slice(next, next + PAGE);
          next += entries.length;
          yield* this.#pages(entries, signal);
        } else {
          await new Promise<void>((resolve) => wake = resolve);
        }
      }
    } finally {
      // The core calls return() when the subscription ends.
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
      const repeated = index.of(actorId).find((entry) =>
        entry.firstVersion - 1 === expectedVersion && entry.commitId === id
      );
      if (repeated === undefined) return { ok: false, actual: version };
      const { lastVersion, offset } = repeated;
      return { ok: true, version: lastVersion, identity: this.#identity, offset, duplicate: true };
    }
    const head = lineStartOf(actorId, id, version + 1);
    const body = encodeCommit(commit);
    const firstLine = this.#size === 0 ? identityLine(this.#identity) : new Uint8Array();
    const lineStart = this.#size + firstLine.length;
    const [offset, start] = [lineStart + 1, lineStart + head.length];
    const lastVersion = version + events.length;
    await this.#write(new Uint8Array([...firstLine, ...head, ...body, ...LINE_END]), commit);
    index.add({ actorId, commitId: id, firstVersion: version + 1, lastVersion, offset, start, length: body.length });
    for (const wake of this.#wakeFollowers) wake();
    return { ok: true, version: lastVersion, identity: this.#identity, offset, duplicate: false };
  }

  /** Writes a line, and resolves when it would survive a power loss. */
  async #write(line: Uint8Array, { actorId, id: commitId }: Commit): Promise<void> {
    try {
      this.#file ??= await this.#open();
      for (let written = 0; written < line.length;) written += await this.#file.write(line.subarray(written));
      await this.#file.syncData();
      this.#size += line.length;
    } catch (cause) {
      this.#file?.close();
      this.#file = undefined; // The next append opens the file again and truncates it to the acknowledged lines.
      throw new OutcomeUnknownError(
        `Cannot determine whether the append to "${actorId}" was stored: the file could not be written. Append it again with ` +
          `commit id "${commitId}"`,
        { namespace: this.#namespace, actorId, commitId },
        { cause },
      );
    }
  }

  async #open(): Promise<Deno.FsFile> {
    const file = await Deno.open(this.#path, { create: true, write: true });
    await file.truncate(this.#size); // Removes an interrupted write.
    await file.seek(0, Deno.SeekMode.End);
    if (this.#size > 0 || Deno.build.os === "windows") return file;
    // The entry of the new file in its folder must survive a power loss too.
    using folder = await Deno.open(this.#folder);
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
    const bytes = await readIfExists(this.#path);
    let start = 0;
    for (let end; (end = bytes.indexOf(10, start)) >= 0; start = end + 1) {
      try {
        if (start === 0) this.#identity = parseIdentity(bytes.subarray(0, end));
        else index.add(parseEntry(bytes.subarray(start, end), start, index));
      } catch (cause) {
        // If the last line cannot be read, a crash interrupted its write before the acknowledgement. Any other line
        // that cannot be read is damaged.
        if (end === bytes.length - 1) break;
        throw new CorruptDataError(`Cannot read "${this.#path}" at byte ${start}: ${(cause as Error).message}`, {
          namespace: this.#namespace,
        }, { cause });
      }
    }
    this.#size = start;
    return index;
  }

  /** The index of the first commit of a range. */
  #firstIndex(
    { from, reached, identity }: Pick<LogRange, "from" | "reached" | "identity">,
    index: CommitIndex,
  ): number {
    const isOtherLog = identity !== undefined && identity !== this.#identity;
    if (isOtherLog || reached > (index.entries.at(-1)?.offset ?? 0)) throw new UnknownPositionError(this.#namespace);
    return from === "oldest-available" ? 0 : index.indexAt(from);
  }

  /** Opens the file for each page, so that it is not open while the reader processes a page. */
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
    for (const { actorId, commitId, firstVersion, offset, start, length } of entries) {
      const body = new Uint8Array(length);
      await file.seek(start, Deno.SeekMode.Start);
      for (let read = 0; read < length;) read += await file.read(body.subarray(read)) ?? Infinity;
      page.push(...recordCommit(log, { actorId, id: commitId, ...decodeCommit(body) }, firstVersion, offset));
    }
    return page;
  }
}

async function readIfExists(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}
