import type { StoredMessage } from "../api/stored_message.ts";

/** The commit that a reader stands on: as long as it is in its place, what comes after it is what follows. */
export interface ReadAnchor {
  readonly sequence: number;
  readonly commitId: string;
}

/** The read anchor of a reader that has read up to a message. */
export function anchorAt({ sequence, headers }: StoredMessage): ReadAnchor {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}
