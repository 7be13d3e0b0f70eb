import type { Commit } from "../../../adapter.ts";
import type { Codecs } from "../wire/codecs.ts";
import { type CommitMessage, encodeCommitMessage } from "../wire/commit_message.ts";
import type { ExpectedLatest } from "./append_decision.ts";
import type { LogContext } from "./log_context.ts";

/** Encodes the message of a commit that expects the latest commit of its actor. */
export function encodeAppend(
  { names }: LogContext,
  commit: Commit,
  encoded: ReturnType<Codecs["encode"]>,
  identity: string,
  { version, sequence, observedLastSequence }: ExpectedLatest,
): CommitMessage {
  return encodeCommitMessage(commit, encoded, {
    stream: names.log,
    identity,
    lastSequence: sequence,
    firstVersion: version + 1,
    observedLastSequence,
  });
}
