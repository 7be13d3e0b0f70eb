import { TooLargeError } from "../errors/too_large_error.ts";
import type { CommitContent } from "./commit.ts";
import { encodeCommit } from "./encode_commit.ts";

/**
 * Checks the bytes of a commit. Encoding a commit takes longer than building it. The commit is therefore encoded only
 * if the upper bound of its bytes exceeds the limit.
 *
 * @param verb The operation on the actor, such as `append to`.
 * @param bound An upper bound of the bytes of the commit.
 * @throws {TooLargeError} If the commit has more than `maxBytes`.
 */
export function checkCommitSize(
  verb: string,
  actorId: string,
  content: CommitContent,
  bound: number,
  maxBytes: number,
): void {
  if (bound <= maxBytes) return;
  const bytes = encodeCommit(content).length;
  if (bytes <= maxBytes) return;
  throw new TooLargeError(
    `Cannot ${verb} "${actorId}": the commit has ${bytes} bytes, and the limit is ${maxBytes} bytes. Split it, or ` +
      `keep large contents elsewhere and refer to them`,
    { bytes, maxBytes },
  );
}
