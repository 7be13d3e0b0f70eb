import type { CommitJson } from "../../../adapter.ts";

/**
 * Another form of commits than JSON text: CBOR, MessagePack, something compressed or encrypted. It turns the JSON form of
 * a commit, as a value, into the body of a message and back, without waiting for anything.
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
   * The name of the form, by which readers find their codec: it becomes the header `Content-Type` of every commit. 1 to
   * 128 visible ASCII characters; not `application/json`, which is the adapter's own form.
   */
  readonly contentType: string;
  /**
   * Encodes a commit. It has to keep every member of the value, also members that it does not know: a member that is lost
   * changes how an event is understood. If it throws, the append fails with that error, and nothing is stored.
   */
  encode(commit: CommitJson): Uint8Array;
  /**
   * Reads what `encode` wrote, also what another version of it wrote, which may be years old. What it returns is checked
   * and copied. What it throws fails the reading with `CorruptDataError`.
   */
  decode(bytes: Uint8Array): unknown;
}
