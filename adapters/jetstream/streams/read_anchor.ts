import type { StoredMessage } from "../api/stored_message.ts";

/** The last commit that a reader has read. While it is in its place, the stream is the same. */
export interface ReadAnchor {
  readonly sequence: number;
  readonly commitId: string;
}

/** The read anchor of a reader that has read up to a message. */
export function anchorAt({ sequence, headers }: StoredMessage): ReadAnchor {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}
