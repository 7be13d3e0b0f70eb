import type { CommitCodec } from "@flowmade-one/aether/jetstream";

/** A codec whose commits are not valid JSON: it changes each byte of the JSON. The length stays the same. */
export const masked: CommitCodec = {
  contentType: "application/vnd.example.commit+masked",
  encode: (commit) => mask(new TextEncoder().encode(JSON.stringify(commit))),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(mask(bytes))),
};

function mask(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xa5);
}
