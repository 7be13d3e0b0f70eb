/**
 * Derives the permissions of a NATS user: the subjects that Aether uses in a role. Permissions prevent mistakes, but do
 * not isolate users of one account: see docs/security.md.
 *
 * @module
 */
import { checkOptions } from "../../../adapter.ts";
import { InvalidArgumentError } from "../../../errors.ts";
import { parseNamespace } from "../../../mod.ts";
import { parseNamespacePattern } from "../../../patterns.ts";
import { busSubjects, eventsSubject } from "../wire/bus_subjects.ts";
import { allCallsSubject } from "../wire/call_subjects.ts";
import { checkPrefix, DEFAULT_PREFIX } from "../wire/prefix.ts";
import { type Names, namesOf } from "../wire/names.ts";
import { apiPrefixOf, type ApiTarget } from "../api/api_prefix.ts";
import { backendRecords, namespaceRecords, type RecordsStream } from "../records/records_stream.ts";

/**
 * The role of a NATS user. For rights in several namespaces, or in several roles, pass a list.
 *
 * - `"tenant"`: appends, reads, follows, keeps snapshots and records, publishes and receives bus events in one
 *   namespace whose streams an operator has created. Set `retention` if the namespace has a retention: its writers
 *   purge expired commits.
 * - `"reader"`: reads and follows one namespace, its snapshots and records, and receives its bus events.
 * - `"publisher"`: publishes on the bus of one namespace.
 * - `"observer"`: receives the bus events of the namespaces of a pattern. It sends nothing.
 * - `"node"`: joins the cluster, whose stream an operator has created.
 * - `"host"`: hosts actors of a namespace, and sends commands to other nodes that host them. The user also needs
 *   `"tenant"` and `"node"`. Another node executes the commands of this user with the rights of that node.
 * - `"operator"`: creates, changes and lists streams, so that it can provision namespaces.
 *
 * Users with the roles `"tenant"`, `"reader"`, `"node"` and `"operator"` make JetStream requests. A hostile user with
 * such a role can read, change and delete **every** stream of its account, because a nats-server does not check reply
 * subjects. A user with only the roles `"publisher"` and `"observer"` makes no JetStream request and cannot do that.
 * See {@link natsAccounts} and docs/security.md.
 */
export type NatsRights =
  | { readonly role: "tenant"; readonly namespace: string; readonly retention?: boolean | undefined }
  | { readonly role: "reader" | "publisher"; readonly namespace: string }
  | { readonly role: "observer"; readonly pattern: string }
  | { readonly role: "node" }
  | { readonly role: "host"; readonly namespace: string }
  | { readonly role: "operator" };

/** Options of {@link natsPermissions}. */
export interface NatsPermissionsOptions extends ApiTarget {
  /**
   * The `domain` of `jetstream()`, for a user who connects to a leaf node. Leave it out for a user who connects to a
   * server of that domain: this server checks the subjects of its API without the domain.
   */
  readonly domain?: string | undefined;
  /**
   * The inbox prefix of this user: one token of 1 to 64 characters `A-Z a-z 0-9 _ -`, such as `_INBOX_orders`. No other
   * user may have it. It must be neither `_INBOX` nor `prefix`. Pass it to `connect({ inboxPrefix })` too.
   */
  readonly inboxPrefix: string;
  /** The `prefix` of `jetstream()`; by default `aether`. */
  readonly prefix?: string | undefined;
}

/** Permissions of a NATS user, in the format of a nats-server's configuration file, which accepts JSON. */
export interface NatsPermissions {
  /** Subjects to which the user may publish. */
  readonly publish: SubjectPermissions;
  /** Subjects to which the user may subscribe. */
  readonly subscribe: SubjectPermissions;
  /** Whether the user may answer each received request once, within two minutes. Only the role `"host"` has it. */
  readonly allow_responses?: true | undefined;
}

/** Subjects, with wildcards. */
export interface SubjectPermissions {
  /** The permitted subjects; all others are denied. */
  readonly allow?: readonly string[] | undefined;
  /** The denied subjects. They take precedence over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/**
 * Returns the permissions of a NATS user: the subjects that its role needs.
 *
 * The permissions prevent mistakes: the server refuses requests that the user sends to another namespace. **They do not
 * isolate users of one account.** A nats-server does not check the reply subject of a request, so a hostile user that
 * may make JetStream requests can read, change and delete every stream of its account. For tenants use {@link
 * natsAccounts}: an account is the isolation boundary.
 *
 * @param rights One role, or several.
 * @param options See {@link NatsPermissionsOptions}.
 * @returns The permissions as data. `JSON.stringify(permissions)` is valid in a nats-server's configuration.
 * @throws {InvalidNamespaceError} If a namespace is malformed.
 * @throws {InvalidPatternError} If a pattern is malformed.
 * @throws {InvalidArgumentError} If another option is not valid.
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
  options: NatsPermissionsOptions,
): NatsPermissions {
  checkOptions(options, OPTIONS, "natsPermissions");
  const { inboxPrefix, prefix = DEFAULT_PREFIX, domain, apiPrefix } = options;
  checkPrefix(prefix);
  const api = apiPrefixOf({ domain, apiPrefix });
  checkInboxPrefix(inboxPrefix, prefix);
  // The copy reads each property once: a getter could return another role at the next read.
  const each = [structuredClone(rights)].flat().map((right) => subjectsOf(right, prefix, api));
  const publish = unique(each.flatMap((subjects) => subjects.publish));
  const subscribe = unique([`${inboxPrefix}.>`, ...each.flatMap((subjects) => subjects.subscribe)]);
  const answers = each.some((subjects) => subjects.answers) && { allow_responses: true as const };
  // The server treats an empty `allow` as permission for every subject.
  return {
    publish: publish.length > 0 ? { allow: publish } : { deny: [">"] },
    subscribe: { allow: subscribe },
    ...answers,
  };
}

const OPTIONS: ReadonlySet<string> = new Set(["inboxPrefix", "prefix", "domain", "apiPrefix"]);

interface Subjects {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Whether the role answers requests. */
  readonly answers?: true;
}

function subjectsOf(right: NatsRights, prefix: string, api: string): Subjects {
  switch (right.role) {
    case "tenant":
    case "reader":
    case "publisher": {
      const namespace = parseNamespace(right.namespace);
      const published = eventsSubject(prefix, namespace);
      if (right.role === "publisher") return { publish: [published], subscribe: [] };
      const names = namesOf(prefix, namespace);
      const bus = busSubjects(prefix, parseNamespacePattern(namespace));
      if (right.role !== "tenant") return { publish: readSubjects(names, api), subscribe: bus };
      return {
        publish: [...readSubjects(names, api), ...writeSubjects(names, right.retention === true, api), published],
        subscribe: [...bus, `${names.recordsPrefix}>`],
      };
    }
    case "node": {
      const records = backendRecords(prefix);
      const publish = [...getSubjects(records.name, api), ...putSubjects(records, api)];
      return { publish, subscribe: [`${records.prefix}>`] };
    }
    case "host": {
      const calls = [allCallsSubject(prefix, parseNamespace(right.namespace))];
      return { publish: calls, subscribe: calls, answers: true };
    }
    case "observer":
      return { publish: [], subscribe: busSubjects(prefix, parseNamespacePattern(right.pattern)) };
    case "operator":
      return { publish: operatorSubjects(api), subscribe: [] };
    default:
      throw new InvalidArgumentError(
        `role must be "tenant", "reader", "publisher", "observer", "node", "host" or "operator", not ` +
          `${JSON.stringify((right as { role?: unknown }).role)}`,
        { argument: "role" },
      );
  }
}

/** Subjects for reading: stream information, single messages, and consumers of the log and of the version floors. */
function readSubjects({ log, snapshots, floors, records }: Names, api: string): string[] {
  const consumers = [log, floors].flatMap((stream) => [
    `${api}.CONSUMER.CREATE.${stream}.>`,
    `${api}.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ]);
  return [...[log, snapshots, floors, records].flatMap((stream) => getSubjects(stream, api)), ...consumers];
}

/** Subjects for reading single messages of a stream. */
function getSubjects(stream: string, api: string): string[] {
  return [
    `${api}.STREAM.INFO.${stream}`,
    `${api}.DIRECT.GET.${stream}`,
    `${api}.DIRECT.GET.${stream}.>`,
    // The adapter sends this request to the leader of a stream with replicas.
    `${api}.STREAM.MSG.GET.${stream}`,
  ];
}

/** Subjects for putting and deleting records. */
function putSubjects({ name, prefix }: RecordsStream, api: string): string[] {
  return [`${prefix}>`, `${api}.STREAM.MSG.DELETE.${name}`];
}

/** Subjects for appending commits and for writing snapshots and records. With a retention, also for purging commits. */
function writeSubjects(names: Names, hasRetention: boolean, api: string): string[] {
  const { log, logPrefix, snapshotsPrefix, snapshots, floorsPrefix } = names;
  const snapshotSubjects = [`${snapshotsPrefix}>`, `${api}.STREAM.PURGE.${snapshots}`];
  const always = [`${logPrefix}>`, ...snapshotSubjects, ...putSubjects(namespaceRecords(names), api)];
  return hasRetention ? [...always, `${floorsPrefix}>`, `${api}.STREAM.PURGE.${log}`] : always;
}

/** Subjects for creating, changing and listing streams. */
function operatorSubjects(api: string): string[] {
  const calls = ["INFO", "STREAM.CREATE.*", "STREAM.UPDATE.*", "STREAM.INFO.*", "STREAM.LIST", "STREAM.NAMES"];
  return calls.map((call) => `${api}.${call}`);
}

const INBOX_PREFIX = /^[A-Za-z0-9_-]{1,64}$/;

function checkInboxPrefix(inboxPrefix: unknown, prefix: string): void {
  if (typeof inboxPrefix !== "string" || !INBOX_PREFIX.test(inboxPrefix) || inboxPrefix === "_INBOX") {
    throw new InvalidArgumentError(
      `inboxPrefix must be one token of 1 to 64 characters A-Z a-z 0-9 _ -, other than the default "_INBOX" that ` +
        `users share, not ${JSON.stringify(inboxPrefix)}`,
      { argument: "inboxPrefix" },
    );
  }
  if (inboxPrefix !== prefix) return;
  throw new InvalidArgumentError(
    `inboxPrefix must differ from the prefix "${prefix}", or its user could receive the messages of every namespace`,
    { argument: "inboxPrefix" },
  );
}

function unique(subjects: readonly string[]): string[] {
  return [...new Set(subjects)];
}
