/**
 * The lines of a file. The first line has the identity of the log, and is written together with the first commit. Each
 * further line has one commit:
 *
 * ```json
 * {"log":"3f9c0a1b2c4d"}
 * {"actorId":"order.42","id":"c1","version":1,"commit":{"time":1767225600000,"events":[…]}}
 * ```
 *
 * @module
 */
import { isLogIdentity } from "@flowmade-one/aether/adapter";
import type { CommitIndex, Entry } from "./commit_index.ts";

/**
 * The part of a line before the JSON form of the commit. It cannot occur earlier in the line, because JSON escapes a
 * quote inside a string.
 */
const COMMIT_KEY = ',"commit":';

const encode = (string: string) => new TextEncoder().encode(string);
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** The bytes after the JSON form of a commit. */
export const LINE_END: Uint8Array = encode("}\n");

/** The first line of a file. */
export function identityLine(identity: string): Uint8Array {
  return encode(`${JSON.stringify({ log: identity })}\n`);
}

/** The part of a line before the JSON form of the commit. */
export function lineStartOf(actorId: string, id: string, version: number): Uint8Array {
  return encode(JSON.stringify({ actorId, id, version }).slice(0, -1) + COMMIT_KEY);
}

/** Parses the first line of a file. */
export function parseIdentity(line: Uint8Array): string {
  const { log } = JSON.parse(decode(line));
  if (typeof log === "string" && isLogIdentity(log)) return log;
  throw new TypeError("it has no log identity");
}

/** Parses the line of a commit. `lineStart` is the place of the line's first byte in the file, from 0. */
export function parseEntry(line: Uint8Array, lineStart: number, index: CommitIndex): Entry {
  const json = decode(line);
  const { actorId, id, version, commit } = JSON.parse(json);
  if (version !== index.version(actorId) + 1) {
    throw new TypeError(`version ${version} of "${actorId}" does not follow its version ${index.version(actorId)}`);
  }
  const head = encode(json.slice(0, json.indexOf(COMMIT_KEY) + COMMIT_KEY.length)).length;
  return {
    actorId,
    commitId: id,
    firstVersion: version,
    lastVersion: version + commit.events.length - 1,
    offset: lineStart + 1,
    start: lineStart + head,
    length: line.length - head - 1,
  };
}
