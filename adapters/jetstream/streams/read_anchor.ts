import type { StoredMessage } from "../api/stored_message.ts";

/** The commit that a reader stands on: as long as it is in its place, what comes after it is what follows. */
export interface ReadAnchor {
  readonly sequence: number;
  readonly commitId: string;
}

/** The foothold of whoever has read as far as a message. */
export function anchorAt({ sequence, headers }: StoredMessage): ReadAnchor {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}
