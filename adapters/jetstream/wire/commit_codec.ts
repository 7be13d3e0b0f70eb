import type { CommitJson } from "../../../adapter.ts";

/**
 * Encodes commits in another format than JSON, such as CBOR, MessagePack, or a compressed or encrypted format. It
 * converts the JSON value of a commit into the body of a message and back, synchronously.
 *
 * @example Compressed
 * ```ts ignore
 * import { deflateRawSync, inflateRawSync } from "node:zlib";
 * import type { CommitCodec } from "@flowmade-one/aether/jetstream";
 *
 * const deflated: CommitCodec = {
 *   contentType: "application/vnd.example.commit+deflate",
 *   encode: (commit) => deflateRawSync(JSON.stringify(commit)),
 *   decode: (bytes) => JSON.parse(inflateRawSync(bytes).toString()),
 * };
 * ```
 */
export interface CommitCodec {
  /**
   * The content type of the codec, by which readers find it: the header `Content-Type` of every commit. 1 to 128
   * visible ASCII characters; not `application/json`, the default codec.
   */
  readonly contentType: string;
  /**
   * Encodes a commit. The codec must keep every member of the value, also unknown members: a lost member changes the
   * meaning of an event. If it throws, the append fails with that error, and nothing is stored.
   */
  encode(commit: CommitJson): Uint8Array;
  /**
   * Decodes the bytes of `encode`, also bytes that an earlier version of the codec wrote years ago. The adapter checks
   * and copies the result. If it throws, the read fails with `CorruptDataError`.
   */
  decode(bytes: Uint8Array): unknown;
}
