/**
 * The snapshots of one namespace. Each snapshot has a manifest at `<actor>.<version>.manifest.0`. If the snapshot fits
 * into one message, it is the body of the manifest. Otherwise it is in chunks at `<actor>.<version>.<digest>.<number>`,
 * which are published before the manifest.
 *
 * An incomplete snapshot counts as absent: the next older one is returned instead.
 *
 * @module
 */
import type { StoredSnapshot } from "../../../adapter.ts";
import { findLatestCommit } from "../log/find_latest_commit.ts";
import { findVersion } from "../log/find_version.ts";
import { ManagedStream } from "../streams/managed_stream.ts";
import type { LogContext } from "../log/log_context.ts";
import { ask, type MessageSource } from "../log/message_source.ts";
import { actorSubject } from "../wire/names.ts";
import { concat, digestOf, gunzip, gzip } from "./gzip.ts";
import { encodeManifest, type SnapshotManifest } from "../wire/snapshot_manifest.ts";
import { MANIFEST, SnapshotManifests, snapshotSubject, type StoredManifest } from "./snapshot_manifests.ts";
import { checkSnapshots, snapshotsConfig } from "../streams/stream_config.ts";
import type { StreamSettings } from "../streams/stream_settings.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

/** Bytes of a message that are reserved for its headers. */
const HEADER_BYTES = 4_096;
/** The maximum number of bytes of one message body, even if the server accepts more. */
const MAX_BODY_BYTES = 1_000_000;

const NO_HEADERS = encodeHeaders([]);

/** See the top of this file. */
export class Snapshots {
  readonly #log: LogContext;
  readonly #stream: ManagedStream<true>;
  readonly #source: Pick<MessageSource, "api" | "stream">;
  readonly #manifests: SnapshotManifests;

  constructor(log: LogContext, streams: StreamSettings) {
    this.#log = log;
    this.#stream = new ManagedStream(log.api, snapshotsConfig(log.names, streams), {
      check: ({ config }) => {
        checkSnapshots(log.names, config);
        return true;
      },
    });
    this.#source = { api: log.api, stream: this.#stream };
    this.#manifests = new SnapshotManifests(log, this.#stream);
  }

  /** Creates the stream of the snapshots. */
  async provision(): Promise<void> {
    await ask(this.#source, undefined, (options) => this.#stream.ensure(options));
  }

  /** See `Log.putSnapshot`. */
  async put(actorId: string, { version, bytes }: StoredSnapshot, keep: number, signal?: AbortSignal): Promise<void> {
    const packed = await gzip(bytes);
    const digest = await digestOf(packed.bytes);
    const subject = `${this.#subject(actorId)}.${version}`;
    // At least one byte: the connection may have moved to a server with a smaller limit. That server then refuses the
    // message.
    const maxPayload = this.#log.api.connection.info?.max_payload ?? Infinity;
    const maxBody = Math.max(1, Math.min(MAX_BODY_BYTES, maxPayload - HEADER_BYTES));
    const chunks = packed.bytes.length <= maxBody ? 0 : Math.ceil(packed.bytes.length / maxBody);
    for (let i = 0; i < chunks; i++) {
      const chunk = packed.bytes.subarray(i * maxBody, (i + 1) * maxBody);
      await this.#publish(`${subject}.${digest}.${i}`, NO_HEADERS, chunk, signal);
    }
    const sequence = await this.#sequenceOf(actorId, version, signal);
    const manifest = { version, digest, isGzip: packed.isGzip, size: bytes.length, chunks, sequence };
    const body = chunks === 0 ? packed.bytes : new Uint8Array();
    await this.#publish(`${subject}.${MANIFEST}`, encodeManifest(manifest), body, signal);
    await this.#dropBeyond(actorId, keep, signal);
  }

  /** See `Log.getSnapshot`. */
  async get(actorId: string, atMost: number, signal?: AbortSignal): Promise<StoredSnapshot | undefined> {
    const { versions, known } = await this.#manifests.find(actorId, signal);
    for (const version of versions) {
      if (version > atMost) continue;
      const manifest = known.find((candidate) => candidate.version === version) ??
        await this.#manifests.of(actorId, version, signal);
      const bytes = manifest && await this.#read(actorId, manifest, signal);
      if (bytes !== undefined) return { version, bytes };
    }
    return undefined;
  }

  async #read(
    actorId: string,
    manifest: StoredManifest,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    const bytes = manifest.chunks === 0
      ? new Uint8Array(manifest.body)
      : await this.#readChunks(`${this.#subject(actorId)}.${manifest.version}.${manifest.digest}`, manifest, signal);
    if (bytes === undefined || await digestOf(bytes) !== manifest.digest) return undefined;
    await this.#rememberSequence(actorId, manifest, signal);
    return await gunzip({ bytes, isGzip: manifest.isGzip }, manifest.size);
  }

  async #readChunks(
    subject: string,
    { chunks, size }: SnapshotManifest,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const parts: Uint8Array[] = [];
    let left = size;
    for (let i = 0; i < chunks; i++) {
      const chunk = await this.#manifests.last(`${subject}.${i}`, signal);
      if (chunk === undefined) return undefined;
      parts.push(chunk.data);
      // The chunks never exceed the size of the snapshot. If they do, another program wrote them.
      if ((left -= chunk.data.length) < 0) return undefined;
    }
    return concat(parts);
  }

  /** Remembers the commit of the snapshot's version. The read of the events after the snapshot then needs no search. */
  async #rememberSequence(
    actorId: string,
    { version, sequence }: SnapshotManifest,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (sequence === undefined) return;
    const subject = await this.#actorSubject(actorId, signal);
    if (subject !== undefined) this.#log.snapshotSequences.set(subject, { version, sequence });
  }

  async #actorSubject(actorId: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const facts = await ask(this.#log, signal, (options) => this.#log.stream.find(options));
    return facts && actorSubject(this.#log.names, facts.partitions, actorId);
  }

  /** The sequence of the commit with a version; `undefined` if there is none. */
  async #sequenceOf(actorId: string, version: number, signal?: AbortSignal): Promise<number | undefined> {
    const budget = this.#log.api.newBudget(signal);
    const latest = await findLatestCommit(this.#log, actorId, budget);
    if (latest?.commit === undefined || latest.version < version) return undefined;
    const commit = await findVersion(this.#log, latest.subject, version, latest.commit, budget);
    return commit.firstVersion <= version ? commit.sequence : undefined;
  }

  /** Deletes all but the newest snapshots. */
  async #dropBeyond(actorId: string, keep: number, signal: AbortSignal | undefined): Promise<void> {
    const { withManifest, withMessages } = await this.#manifests.list(actorId, signal);
    const oldest = withManifest[keep - 1];
    if (oldest === undefined) return;
    for (const version of withMessages) if (version < oldest) await this.#drop(actorId, version, signal);
  }

  async #drop(actorId: string, version: number, signal: AbortSignal | undefined): Promise<void> {
    // Deletes the manifest first: a snapshot without a manifest counts as absent. The pattern ">" would match other
    // actors.
    for (const rest of [MANIFEST, "*.*"]) {
      const filter = `${this.#subject(actorId)}.${version}.${rest}`;
      await ask(this.#source, signal, (options) => {
        return this.#log.api.manage(({ streams }) => streams.purge(this.#stream.name, { filter }), options);
      });
    }
  }

  async #publish(
    subject: string,
    headers: EncodedHeaders,
    body: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // A message that is published twice is stored once, as the last one of its subject.
    await ask(this.#source, signal, async (options) => {
      await this.#stream.ensure(options);
      const { knownHistory } = this.#stream;
      const { data } = await this.#log.api.send(subject, body, { ...options, headers });
      return this.#stream.readAck(data, knownHistory);
    });
  }

  #subject(actorId: string): string {
    return snapshotSubject(this.#log.names, actorId);
  }
}
