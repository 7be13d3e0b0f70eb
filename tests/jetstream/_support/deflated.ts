import { Buffer } from "node:buffer";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { CommitCodec } from "@flowmade-one/aether/jetstream";

/** A codec that stores commits as compressed JSON. */
export const deflated: CommitCodec = {
  contentType: "application/vnd.example.commit+deflate",
  encode: (commit) => deflateRawSync(Buffer.from(JSON.stringify(commit))),
  decode: (bytes) => JSON.parse(inflateRawSync(bytes).toString()),
};
