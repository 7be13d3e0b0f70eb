/**
 * Reads the manifests of an actor's snapshots, with one request where possible. Usually there is one manifest, and a
 * load needs no further request. If one request does not return all manifests, the class lists their subjects and reads
 * the needed manifest. That costs the server more.
 *
 * @module
 */
import { type Batch, getBatch } from "../api/get_batch.ts";
import type { ManagedStream } from "../streams/managed_stream.ts";
import type { LogContext } from "../log/log_context.ts";
import { ask, type MessageSource } from "../log/message_source.ts";
import { MessageGet } from "../api/message_get.ts";
import { encodeActor, type Names } from "../wire/names.ts";
import { ApiError } from "../api/api_error.ts";
import { isAtLeast } from "../api/server_version.ts";
import { decodeManifest, type SnapshotManifest } from "../wire/snapshot_manifest.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** The last tokens of a manifest's subject, after actor and version. */
export const MANIFEST = "manifest.0";

/** The maximum numbers of manifests and of bytes in one reply. The last manifest may exceed the bytes. */
const MAX_MANIFESTS = 8;
const MAX_MANIFEST_BYTES = 65_536;

/** A manifest as it is stored. */
export interface StoredManifest extends SnapshotManifest {
  /** The snapshot itself, if it has no chunks. */
  readonly body: Uint8Array;
}

/** The snapshots of an actor. */
export interface FoundSnapshots {
  /** The versions of the snapshots with a manifest, newest first. */
  readonly versions: readonly number[];
  /** The manifests of some of these versions. */
  readonly known: readonly StoredManifest[];
}

/** The prefix of the subjects of an actor's snapshots. */
export function snapshotSubject({ snapshotsPrefix }: Names, actorId: string): string {
  return `${snapshotsPrefix}${encodeActor(actorId)}`;
}

/** Reads the manifests of one namespace: see the top of this file. */
export class SnapshotManifests {
  readonly #log: LogContext;
  readonly #stream: ManagedStream<unknown>;
  readonly #source: Pick<MessageSource, "api" | "stream" | "gets">;

  /** @param stream The stream of the snapshots. */
  constructor(log: LogContext, stream: ManagedStream<unknown>) {
    this.#log = log;
    this.#stream = stream;
    this.#source = { api: log.api, stream, gets: new MessageGet(log.api, stream) };
  }

  /** Finds the snapshots of an actor. */
  async find(actorId: string, signal: AbortSignal | undefined): Promise<FoundSnapshots> {
    // Without cached facts, the stream may be missing or have replicas.
    if (this.#stream.cached === undefined) return found((await this.list(actorId, signal)).withManifest, []);
    const all = await this.#all(actorId, signal);
    if (all !== undefined) return found([], all);
    // The manifest that was written last nearly always has the newest version.
    const [{ withManifest }, last] = await Promise.all([this.list(actorId, signal), this.of(actorId, "*", signal)]);
    return found(withManifest, last === undefined ? [] : [last]);
  }

  /** The manifest of a version, or the manifest that was written last; `undefined` if it is missing or malformed. */
  async of(
    actorId: string,
    version: number | "*",
    signal: AbortSignal | undefined,
  ): Promise<StoredManifest | undefined> {
    const subject = snapshotSubject(this.#log.names, actorId);
    const message = await this.last(`${subject}.${version}.${MANIFEST}`, signal);
    return message && toManifest(subject, message);
  }

  /** The versions with a manifest, and the versions with any message, newest first. */
  async list(
    actorId: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly withManifest: number[]; readonly withMessages: number[] }> {
    const subject = snapshotSubject(this.#log.names, actorId);
    const request = { subjects_filter: `${subject}.*.*.*` };
    const info = await ask(this.#source, signal, (options) => this.#stream.info(request, options));
    const names = Object.keys(info?.state.subjects ?? {}).map((name) => name.slice(subject.length + 1));
    const versions = (names: string[]) => newestFirst(names.map((name) => Number.parseInt(name, 10)));
    const manifests = names.filter((name) => name.endsWith(MANIFEST));
    return { withManifest: versions(manifests), withMessages: versions(names) };
  }

  /** The last message of a subject of the snapshots. */
  last(subject: string, signal: AbortSignal | undefined): Promise<StoredMessage | undefined> {
    return ask(this.#source, signal, (options) => this.#source.gets.last(subject, options));
  }

  /**
   * All manifests; `undefined` if one request cannot return them. This is the case if the stream has replicas, since a
   * replica may lag behind; if the server is older than 2.11; or if the manifests are too many or too large.
   */
  async #all(actorId: string, signal: AbortSignal | undefined): Promise<StoredManifest[] | undefined> {
    const { api, names } = this.#log;
    if (this.#stream.isReplicated || !isAtLeast(api.connection.info?.version, 2, 11)) return undefined;
    const subject = snapshotSubject(names, actorId);
    const request = {
      multi_last: [`${subject}.*.${MANIFEST}`],
      batch: MAX_MANIFESTS,
      max_bytes: MAX_MANIFEST_BYTES,
    };
    let batch: Batch | undefined;
    try {
      batch = await ask(this.#source, signal, (options) => getBatch(this.#source, request, options));
    } catch (error) {
      // The server of the stream may be older than the connected server, or the messages may be too many.
      if (!(error instanceof ApiError)) throw error;
    }
    if (batch === undefined || batch.more) return undefined;
    return batch.messages.map((message) => toManifest(subject, message)).filter((manifest) => manifest !== undefined);
  }
}

function found(versions: readonly number[], known: readonly StoredManifest[]): FoundSnapshots {
  return { versions: newestFirst([...versions, ...known.map(({ version }) => version)]), known };
}

/** Reads a manifest; `undefined` if it is damaged, of a newer format, or of another version. */
function toManifest(subject: string, message: StoredMessage): StoredManifest | undefined {
  const manifest = decodeManifest(message);
  if (manifest === undefined || message.subject !== `${subject}.${manifest.version}.${MANIFEST}`) return undefined;
  return { ...manifest, body: message.data };
}

/** The versions in descending order, without duplicates. */
function newestFirst(versions: readonly number[]): number[] {
  return [...new Set(versions)].sort((a, b) => b - a);
}
