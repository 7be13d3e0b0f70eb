import type { StoredMessage } from "../api/stored_message.ts";

/** The last commit that a reader has read. As long as the commit is at its sequence, the stream is the same. */
export interface ReadAnchor {
  readonly sequence: number;
  readonly commitId: string;
}

/** The read anchor of a reader that has read up to a message. */
export function anchorAt({ sequence, headers }: StoredMessage): ReadAnchor {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}
