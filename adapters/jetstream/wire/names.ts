/**
 * The names of a namespace's streams and subjects. They never change: see docs/wire-format.md.
 *
 * @module
 */
import { partitionOf } from "../../../adapter.ts";
import { type Namespace, parseActorId, parseNamespace } from "../../../mod.ts";
import { decodeToken, encodeToken } from "./encode_token.ts";

/** Every name that belongs to one namespace. */
export interface Names {
  readonly namespace: Namespace;
  /** The stream of the log, `tenant-a_events`. */
  readonly log: string;
  /** The stream of the snapshots, `tenant-a_snapshots`. */
  readonly snapshots: string;
  /** The prefix of every subject of the log, the dot included: `aether.log.tenant-a.`. */
  readonly logPrefix: string;
  /** The stream of the version floors, `tenant-a_heads`. */
  readonly floors: string;
  /** The stream of the records, `tenant-a_records`. */
  readonly records: string;
  /** The subject that matches every message of the log. */
  readonly allActors: string;
  /** The prefix of the subjects of republished commits: `aether.commits.1.tenant-a.`. */
  readonly commitsPrefix: string;
  /** The prefix of the subjects of the snapshots: `aether.snapshots.tenant-a.`. */
  readonly snapshotsPrefix: string;
  /** The prefix of the subjects of the version floors: `aether.heads.tenant-a.`. */
  readonly floorsPrefix: string;
  /** The prefix of the subjects of the records: `aether.records.tenant-a.`. */
  readonly recordsPrefix: string;
}

/** Derives the names of a namespace. */
export function namesOf(prefix: string, namespace: Namespace): Names {
  const token = encodeToken(namespace);
  const depth = namespace.split(".").length;
  return {
    namespace,
    log: `${token}_events`,
    snapshots: `${token}_snapshots`,
    floors: `${token}_heads`,
    records: `${token}_records`,
    logPrefix: `${prefix}.log.${token}.`,
    allActors: `${prefix}.log.${token}.>`,
    commitsPrefix: `${prefix}.commits.${depth}.${namespace}.`,
    snapshotsPrefix: `${prefix}.snapshots.${token}.`,
    floorsPrefix: `${prefix}.heads.${token}.`,
    recordsPrefix: `${prefix}.records.${token}.`,
  };
}

/** The namespace whose log is a stream with this name and these subjects; `undefined` if there is none. */
export function namespaceOfLog(prefix: string, stream: string, subjects: readonly string[]): Namespace | undefined {
  const token = stream.endsWith("_events") ? stream.slice(0, -"_events".length) : "";
  if (subjects.length !== 1 || subjects[0] !== `${prefix}.log.${token}.>`) return undefined;
  return toNamespace(decodeToken(token) ?? "");
}

/** Parses a namespace; `undefined` if the string is malformed. */
export function toNamespace(value: string): Namespace | undefined {
  try {
    return parseNamespace(value);
  } catch {
    return undefined;
  }
}

/** Strings that are encoded unchanged. */
const PLAIN = /^[A-Za-z0-9_.-]*$/;

/** An actor id, or a pattern of actor ids, as tokens of a subject. */
export function encodeActor(actorId: string): string {
  if (PLAIN.test(actorId)) return actorId;
  return actorId.split(".").map((token) => token === "*" || token === ">" ? token : encodeToken(token)).join(".");
}

/** The subject of an actor's commits. */
export function actorSubject(names: Names, partitions: number, actorId: string): string {
  return `${names.logPrefix}${partitionOf(actorId, partitions)}.${encodeActor(actorId)}`;
}

/** The subject that matches exactly the actors of a pattern, in one partition if it is given. */
export function patternSubject(names: Names, partitions: number, pattern: string, partition?: number): string {
  const isActorId = !/[*>]/.test(pattern);
  return isActorId
    ? actorSubject(names, partitions, pattern)
    : `${names.logPrefix}${partition ?? "*"}.${encodeActor(pattern)}`;
}

/** The actor whose commits are stored at a subject; `undefined` if the subject belongs to no actor. */
export function actorOfSubject(names: Names, partitions: number, subject: string): string | undefined {
  const { logPrefix } = names;
  if (!subject.startsWith(logPrefix)) return undefined;
  const dot = subject.indexOf(".", logPrefix.length);
  if (dot < 0) return undefined;
  const tokens = subject.slice(dot + 1);
  if (isPlainActorId(tokens)) {
    return subject.startsWith(`${partitionOf(tokens, partitions)}.`, logPrefix.length) ? tokens : undefined;
  }
  const actorId = decodeActor(tokens);
  return actorId !== undefined && actorSubject(names, partitions, actorId) === subject ? actorId : undefined;
}

/**
 * Maximum length of an id that {@link isPlainActorId} recognises. Such an id cannot exceed the limits of actor ids: it
 * has at most 31 tokens, of one character each, and 30 dots.
 */
const MAX_FAST_LENGTH = 61;
const DOT = 0x2e;
/** 1 for each ASCII character that {@link encodeToken} keeps. */
const IS_PLAIN = Uint8Array.from({ length: 128 }, (_, code) => /[A-Za-z0-9_-]/.test(String.fromCharCode(code)) ? 1 : 0);

/**
 * Whether a string is an actor id that is its own encoding, by one scan. Most ids are. A long id is not recognised, and
 * takes the slow path.
 */
function isPlainActorId(tokens: string): boolean {
  if (tokens.length > MAX_FAST_LENGTH) return false;
  let previous = DOT;
  for (let i = 0; i < tokens.length; i++) {
    const code = tokens.charCodeAt(i);
    if (code === DOT ? previous === DOT : IS_PLAIN[code] !== 1) return false;
    previous = code;
  }
  return previous !== DOT;
}

/** The actor id that {@link encodeActor} encodes as these tokens; `undefined` if there is none. */
export function decodeActor(encoded: string): string | undefined {
  const tokens = PLAIN.test(encoded) ? [encoded] : encoded.split(".").map(decodeToken);
  if (tokens.includes(undefined)) return undefined;
  try {
    return parseActorId(tokens.join("."));
  } catch {
    return undefined;
  }
}
