/**
 * What a NATS user has to be permitted so that it can do with Aether what it is meant to, and nothing else.
 *
 * @module
 */
import { InvalidArgumentError, parseNamespace, parseNamespacePattern } from "../../../mod.ts";
import { busSubjects, eventsSubject } from "../wire/bus_subjects.ts";
import { checkPrefix, DEFAULT_PREFIX } from "../wire/prefix.ts";
import { type Names, namesOf } from "../wire/names.ts";
import { API } from "../api/server_api.ts";

/**
 * What a NATS user is meant to do. Rights of several namespaces, or of several kinds, are a list of these.
 *
 * - `"tenant"`: everything in one namespace whose streams exist: append, read, follow, keep snapshots, publish, hear. If
 *   it has a retention, that has to be said, since what has expired is purged by those who append.
 * - `"reader"`: read, follow and hear in one namespace, and read its snapshots.
 * - `"publisher"`: publish on the bus of one namespace.
 * - `"observer"`: hear the bus in the namespaces of a pattern. It sends nothing at all.
 * - `"operator"`: make, change and list streams, so that it can provision namespaces. Whoever can make a stream can have
 *   it take in those of others: this is for trusted code.
 */
export type NatsRights =
  | { readonly role: "tenant"; readonly namespace: string; readonly retention?: boolean | undefined }
  | { readonly role: "reader" | "publisher"; readonly namespace: string }
  | { readonly role: "observer"; readonly pattern: string }
  | { readonly role: "operator" };

/** What permissions are made for. */
export interface NatsPermissionsOptions {
  /**
   * Where answers to this user come: one token of `A-Z a-z 0-9 _ -`, such as `_INBOX_orders`, which no other user has and
   * which is neither the usual `_INBOX` nor the prefix of the subjects. The user's connection has to be made with it: `connect({ inboxPrefix })`.
   */
  readonly inboxPrefix: string;
  /** The prefix that `jetstream()` is given; by default `aether`. */
  readonly prefix?: string | undefined;
}

/** Permissions of a NATS user, in the form of a nats-server's configuration, which takes JSON. */
export interface NatsPermissions {
  /** Where it may send. */
  readonly publish: SubjectPermissions;
  /** What it may hear. */
  readonly subscribe: SubjectPermissions;
}

/** Subjects, with wildcards. */
export interface SubjectPermissions {
  /** What is permitted; everything else is not. */
  readonly allow?: readonly string[] | undefined;
  /** What is forbidden, whatever is permitted. */
  readonly deny?: readonly string[] | undefined;
}

/**
 * Makes the permissions of a NATS user.
 *
 * They keep a user from asking for anything of another namespace. They do not keep one user of a NATS account from having
 * the server send *answers* to subjects of another: for tenants that may be hostile use accounts, with
 * {@link natsAccounts}. See docs/security.md.
 *
 * @param rights What the user is meant to do.
 * @param options See {@link NatsPermissionsOptions}.
 * @returns Data. As text for a configuration it is `JSON.stringify(permissions)`.
 * @throws {InvalidNamespaceError} A namespace is none.
 * @throws {InvalidPatternError} A pattern is none.
 * @throws {InvalidArgumentError} Another option is not what it must be.
 *
 * @example
 * ```ts
 * import { natsPermissions } from "@flowmade-one/aether/jetstream";
 * import { assertEquals } from "@std/assert";
 *
 * const permissions = natsPermissions(
 *   [{ role: "publisher", namespace: "prod.orders" }, { role: "observer", pattern: "prod.*" }],
 *   { inboxPrefix: "_INBOX_mail" },
 * );
 * assertEquals(permissions, {
 *   publish: { allow: ["aether.events.prod.orders"] },
 *   subscribe: { allow: ["_INBOX_mail.>", "aether.commits.2.prod.*.>", "aether.events.prod.*"] },
 * });
 * ```
 */
export function natsPermissions(
  rights: NatsRights | readonly NatsRights[],
  { inboxPrefix, prefix = DEFAULT_PREFIX }: NatsPermissionsOptions,
): NatsPermissions {
  checkPrefix(prefix);
  checkInboxPrefix(inboxPrefix, prefix);
  const each = [rights].flat().map((right) => subjectsOf(right, prefix));
  const publish = unique(each.flatMap((subjects) => subjects.publish));
  const subscribe = unique([`${inboxPrefix}.>`, ...each.flatMap((subjects) => subjects.subscribe)]);
  // An empty list of what is allowed would allow everything.
  return { publish: publish.length > 0 ? { allow: publish } : { deny: [">"] }, subscribe: { allow: subscribe } };
}

interface Subjects {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

function subjectsOf(right: NatsRights, prefix: string): Subjects {
  switch (right.role) {
    case "tenant":
    case "reader":
    case "publisher": {
      const namespace = parseNamespace(right.namespace);
      const published = eventsSubject(prefix, namespace);
      if (right.role === "publisher") return { publish: [published], subscribe: [] };
      const names = namesOf(prefix, namespace);
      const writing = right.role === "tenant" ? [...toWrite(names, right.retention === true), published] : [];
      return {
        publish: [...toRead(names), ...writing],
        subscribe: busSubjects(prefix, parseNamespacePattern(namespace)),
      };
    }
    case "observer":
      return { publish: [], subscribe: busSubjects(prefix, parseNamespacePattern(right.pattern)) };
    case "operator":
      return { publish: TO_OPERATE, subscribe: [] };
    default:
      throw new InvalidArgumentError(
        `role must be "tenant", "reader", "publisher", "observer" or "operator", not ` +
          `${JSON.stringify((right as { role?: unknown }).role)}`,
        { argument: "role" },
      );
  }
}

/** Reading a namespace's streams: what they hold, single messages, and consumers of the log. */
function toRead(names: Names): string[] {
  const { log } = names;
  const each = [log, names.snapshots, names.heads].flatMap((stream) => [
    `${API}.STREAM.INFO.${stream}`,
    `${API}.DIRECT.GET.${stream}`,
    `${API}.DIRECT.GET.${stream}.>`,
    // Of a stream with replicas, the leader is asked.
    `${API}.STREAM.MSG.GET.${stream}`,
  ]);
  return [...each, `${API}.CONSUMER.CREATE.${log}.>`, `${API}.CONSUMER.DELETE.${log}.*`, `$JS.FC.${log}.>`];
}

/** Appending, and keeping snapshots, of which older ones are dropped; with a retention, dropping commits too. */
function toWrite({ log, logPrefix, snapshotsPrefix, snapshots, headsPrefix }: Names, hasRetention: boolean): string[] {
  const always = [`${logPrefix}>`, `${snapshotsPrefix}>`, `${API}.STREAM.PURGE.${snapshots}`];
  return hasRetention ? [...always, `${headsPrefix}>`, `${API}.STREAM.PURGE.${log}`] : always;
}

const TO_OPERATE = [
  `${API}.INFO`,
  `${API}.STREAM.CREATE.*`,
  `${API}.STREAM.UPDATE.*`,
  `${API}.STREAM.INFO.*`,
  `${API}.STREAM.LIST`,
  `${API}.STREAM.NAMES`,
];

const INBOX_PREFIX = /^[A-Za-z0-9_-]{1,64}$/;

function checkInboxPrefix(inboxPrefix: unknown, prefix: string): void {
  if (typeof inboxPrefix !== "string" || !INBOX_PREFIX.test(inboxPrefix) || inboxPrefix === "_INBOX") {
    throw new InvalidArgumentError(
      `inboxPrefix must be one token of A-Z a-z 0-9 _ -, 1 to 64 characters, and not the "_INBOX" that all share by ` +
        `default, not ${JSON.stringify(inboxPrefix)}`,
      { argument: "inboxPrefix" },
    );
  }
  if (inboxPrefix !== prefix) return;
  throw new InvalidArgumentError(
    `inboxPrefix must be another than the prefix "${prefix}": its user would hear every namespace`,
    { argument: "inboxPrefix" },
  );
}

function unique(subjects: readonly string[]): string[] {
  return [...new Set(subjects)];
}
