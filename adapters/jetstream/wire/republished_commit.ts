/**
 * A republished commit: the server's copy of a stored commit message, published at
 * `<prefix>.commits.<depth>.<namespace>.<partition>.<actor>`.
 *
 * @module
 */
import { CorruptDataError } from "../../../errors.ts";
import type { JetStreamMessage } from "../nats/connection.ts";
import { headersOf, serverHeader } from "../nats/message_headers.ts";
import { decodeActor, type Names, namesOf, toNamespace } from "./names.ts";
import { fromDirectGet, type StoredMessage } from "../api/stored_message.ts";

/** The source of the commits that are republished at a subject. */
export interface CommitSource {
  readonly names: Names;
  readonly actorId: string;
  /** The subject at which the commit message is stored. */
  readonly logSubject: string;
}

const PARTITION = /^(?:0|[1-9][0-9]{0,3})$/;

/**
 * The namespace and the actor of the commits that are republished at a subject; `undefined` if the subject has another
 * form.
 */
export function sourceOfRepublished(prefix: string, subject: string): CommitSource | undefined {
  const start = `${prefix}.commits.`;
  if (!subject.startsWith(start)) return undefined;
  const [depth = "", ...tokens] = subject.slice(start.length).split(".");
  const namespace = toNamespace(tokens.slice(0, Number(depth)).join("."));
  const [partition = "", ...actor] = tokens.slice(Number(depth));
  const actorId = decodeActor(actor.join("."));
  if (namespace === undefined || actorId === undefined || !PARTITION.test(partition)) return undefined;
  const names = namesOf(prefix, namespace);
  const rest = `${partition}.${actor.join(".")}`;
  if (`${names.commitsPrefix}${rest}` !== subject) return undefined;
  return { names, actorId, logSubject: `${names.logPrefix}${rest}` };
}

/**
 * The stored message of which a republished message is the copy.
 *
 * @param source The source of the commits at the subject of the copy.
 * @throws {CorruptDataError} If the message is not the server's copy of a commit.
 */
export function messageOfRepublished(source: CommitSource, message: JetStreamMessage): StoredMessage {
  const { names, logSubject } = source;
  const headers = headersOf(message);
  if (headers !== undefined && serverHeader(headers, "Nats-Stream") === names.log) {
    const stored = fromDirectGet(message, headers);
    if (stored.subject === logSubject && stored.sequence >= 1) return stored;
  }
  throw new CorruptDataError(
    `Cannot read the message at "${message.subject}", where the server republishes commits: its headers name no ` +
      `commit of stream "${names.log}", so a client published it. Give clients that are not trusted their own account`,
    { namespace: names.namespace },
  );
}
