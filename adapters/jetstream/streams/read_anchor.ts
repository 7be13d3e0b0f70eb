import type { StoredMessage } from "../api/stored_message.ts";

/**
 * The last commit that a reader has read. While the stream still has this commit at the same sequence, the stream is
 * the one that was read.
 */
export interface ReadAnchor {
  readonly sequence: number;
  readonly commitId: string;
}

/** The read anchor of a reader that has read up to a message. */
export function anchorAt({ sequence, headers }: StoredMessage): ReadAnchor {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}
