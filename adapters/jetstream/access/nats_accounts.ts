/**
 * Creates a NATS account per tenant. An account is the isolation boundary on a nats-server: see docs/security.md.
 *
 * @module
 */
import { compilePattern, parseNamespacePattern } from "../../../patterns.ts";
import { checkOptions, refuseArgument } from "../../../adapter.ts";
import { InvalidArgumentError } from "../../../errors.ts";
import { type Namespace, parseNamespace } from "../../../mod.ts";
import { apiPrefixOf, type ApiTarget } from "../api/api_prefix.ts";
import { busSubjects } from "../wire/bus_subjects.ts";
import { checkPrefix, DEFAULT_PREFIX } from "../wire/prefix.ts";
import { type NatsPermissions, natsPermissions, type NatsRights } from "./nats_permissions.ts";

/** The credentials of a user, in the form of a nats-server's configuration. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly nkey: string };

/** A user of an account. */
export type NatsAccountUser = NatsCredentials & {
  /**
   * The roles of the user; by default the user has all permissions in its account. Roles prevent mistakes, but do not
   * isolate the users of a tenant from each other: see {@link NatsRights}.
   */
  readonly rights?: NatsRights | readonly NatsRights[] | undefined;
  /** The inbox prefix of the user. It is required with `rights`, and unique in the account: see `natsPermissions`. */
  readonly inboxPrefix?: string | undefined;
};

/**
 * The JetStream limits of an account, named as in nats-server's configuration. Limits of bytes need nats-server 2.10:
 * on an older server, `jetstream()` refuses an account with such a limit.
 */
export interface NatsJetStreamLimits {
  /** Bytes of streams in memory. */
  readonly max_memory?: number | undefined;
  /** Bytes of streams in files. */
  readonly max_store?: number | undefined;
  /**
   * Number of streams: up to three per namespace, or four with a retention. If any process calls `Backend.join`, the
   * account needs one more stream.
   */
  readonly max_streams?: number | undefined;
  /**
   * Number of consumers. In each process, a namespace needs up to five for live subscriptions, up to 32 for
   * subscriptions that catch up, and one per long read.
   */
  readonly max_consumers?: number | undefined;
}

/** The account of a tenant. */
export interface TenantAccount {
  /** The name of the account: 1 to 64 characters `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  /** The users of the account. */
  readonly users: readonly NatsAccountUser[];
  /**
   * The namespaces whose bus events observer accounts may receive; by default none. The account can also use namespaces
   * that are not in this list.
   */
  readonly namespaces?: readonly string[] | undefined;
  /** The limits of the account; by default the limits of the server. */
  readonly limits?: NatsJetStreamLimits | undefined;
}

/** An observer account: it receives the bus events of several tenants, and has no streams. */
export interface ObserverAccount {
  /** The name of the account: 1 to 64 characters `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  /** A pattern of the namespaces whose bus events the account receives. */
  readonly pattern: string;
  /** The users of the account. They receive bus events and may send nothing. */
  readonly users: readonly NatsCredentials[];
}

/** Options of {@link natsAccounts}. */
export interface NatsAccountsOptions extends ApiTarget {
  /** The tenants, each with its own account. No namespace may be listed twice. */
  readonly tenants: readonly TenantAccount[];
  /** The observer accounts; by default none. */
  readonly observers?: readonly ObserverAccount[] | undefined;
  /** The `prefix` of `jetstream()`; by default `aether`. */
  readonly prefix?: string | undefined;
}

/** Accounts, in the format of a nats-server's configuration file, which accepts JSON. */
export interface NatsAccounts {
  /** The accounts by name. */
  readonly accounts: Readonly<Record<string, NatsAccount>>;
}

/** One account. */
export interface NatsAccount {
  /** Whether JetStream is enabled, or the JetStream limits of the account. */
  readonly jetstream: "enabled" | "disabled" | NatsJetStreamLimits;
  /** The users of the account. */
  readonly users: readonly (NatsCredentials & { readonly permissions?: NatsPermissions | undefined })[];
  /** The subjects that other accounts may import. */
  readonly exports?: readonly { readonly stream: string; readonly accounts: readonly string[] }[] | undefined;
  /** The subjects that this account imports from other accounts. */
  readonly imports?: readonly { readonly stream: { readonly account: string; readonly subject: string } }[] | undefined;
}

/**
 * Creates the accounts of a nats-server: one per tenant, and the observer accounts. This is the recommended way to
 * serve several tenants from one server, even if they are hostile to each other.
 *
 * Subjects and streams of one account do not exist in another, and answers stay in the account of the requester. A
 * process that serves several tenants has one connection and one backend per account.
 *
 * @param options See {@link NatsAccountsOptions}.
 * @returns An object. Its property `accounts`, as JSON, is a valid value of `accounts` in a configuration file.
 * @throws {InvalidNamespaceError} If a namespace is malformed.
 * @throws {InvalidPatternError} If a pattern is malformed.
 * @throws {InvalidArgumentError} If another option is not valid, if two accounts have the same name, if a namespace is
 * listed twice, or if two users of an account have the same `inboxPrefix`.
 *
 * @example
 * ```ts
 * import { natsAccounts } from "@flowmade-one/aether/jetstream";
 * import { assertEquals } from "@std/assert";
 *
 * const { accounts } = natsAccounts({
 *   tenants: [
 *     { name: "ACME", users: [{ user: "acme", password: "$2a$11$..." }] },
 *     { name: "EMCA", users: [{ user: "emca", password: "$2a$11$..." }] },
 *   ],
 * });
 * assertEquals(accounts["ACME"], { jetstream: "enabled", users: [{ user: "acme", password: "$2a$11$..." }] });
 * ```
 *
 * @example With an observer account, which receives the bus events of the namespaces that tenants list
 * ```ts
 * import { natsAccounts } from "@flowmade-one/aether/jetstream";
 * import { assertEquals } from "@std/assert";
 *
 * const { accounts } = natsAccounts({
 *   tenants: [{ name: "ACME", namespaces: ["acme"], users: [{ user: "acme", password: "$2a$11$..." }] }],
 *   observers: [{ name: "AUDIT", pattern: "*", users: [{ user: "audit", password: "$2a$11$..." }] }],
 * });
 * assertEquals(accounts["ACME"]?.exports, [
 *   { stream: "aether.commits.1.acme.>", accounts: ["AUDIT"] },
 *   { stream: "aether.events.acme", accounts: ["AUDIT"] },
 * ]);
 * ```
 */
export function natsAccounts(options: NatsAccountsOptions): NatsAccounts {
  checkOptions(options, OPTIONS, "natsAccounts");
  // The copy reads each property once: a getter could return another value at the next read.
  const { tenants, observers = [], prefix = DEFAULT_PREFIX, domain, apiPrefix } = structuredClone(options);
  checkPrefix(prefix);
  apiPrefixOf({ domain, apiPrefix });
  requireArray("tenants", tenants);
  requireArray("observers", observers);
  for (const { users, namespaces = [] } of [...tenants, ...observers] as readonly Partial<TenantAccount>[]) {
    requireArray("users", users);
    requireArray("namespaces", namespaces);
  }
  const owners = ownersOf(tenants);
  const names = [...tenants, ...observers].map(({ name }) => checkName(name));
  refuseDuplicates(names, "two accounts are named");
  const observed = observers.map(({ name, pattern }) => {
    const covers = compilePattern(parseNamespacePattern(pattern));
    return { name, namespaces: [...owners.keys()].filter((namespace) => covers(namespace)) };
  });
  const accounts = [
    ...tenants.map((tenant) => [tenant.name, tenantAccount(tenant, observed, { prefix, domain, apiPrefix })] as const),
    ...observers.map((observer, i) => {
      const imports = observed[i]!.namespaces.flatMap((namespace) =>
        subjectsOf(prefix, namespace).map((subject) => ({ stream: { account: owners.get(namespace)!, subject } }))
      );
      return [observer.name, observerAccount(observer, imports, prefix)] as const;
    }),
  ];
  return { accounts: Object.fromEntries(accounts) };
}

const OPTIONS: ReadonlySet<string> = new Set(["tenants", "observers", "prefix", "domain", "apiPrefix"]);

/** The namespaces whose bus events an observer account receives. */
interface ObservedNamespaces {
  readonly name: string;
  readonly namespaces: readonly Namespace[];
}

function tenantAccount(
  tenant: TenantAccount,
  observed: readonly ObservedNamespaces[],
  options: ApiTarget & { readonly prefix: string },
): NatsAccount {
  const { prefix } = options;
  const exports = (tenant.namespaces ?? []).flatMap((unchecked) => {
    const namespace = parseNamespace(unchecked);
    const accounts = observed.filter(({ namespaces }) => namespaces.includes(namespace)).map(({ name }) => name);
    return accounts.length === 0 ? [] : subjectsOf(prefix, namespace).map((stream) => ({ stream, accounts }));
  });
  const inboxPrefixes = tenant.users.flatMap(({ inboxPrefix }) => inboxPrefix ?? []);
  refuseDuplicates(inboxPrefixes, `two users of the account "${tenant.name}" have the inboxPrefix`);
  return {
    jetstream: tenant.limits ?? "enabled",
    users: tenant.users.map(({ rights, inboxPrefix, ...credentials }) =>
      rights === undefined
        ? credentials
        : { ...credentials, permissions: natsPermissions(rights, { ...options, inboxPrefix: inboxPrefix ?? "" }) }
    ),
    ...(exports.length > 0 && { exports }),
  };
}

function observerAccount(
  { users, pattern }: ObserverAccount,
  imports: NonNullable<NatsAccount["imports"]>,
  prefix: string,
): NatsAccount {
  // Every user of an observer account may subscribe to `_INBOX.>`, the default inboxes of clients. Nothing arrives
  // there: observers send no requests, and other accounts cannot publish in this account.
  const subscribe = { allow: ["_INBOX.>", ...busSubjects(prefix, parseNamespacePattern(pattern))] };
  const permissions = { publish: { deny: [">"] }, subscribe };
  return { jetstream: "disabled", users: users.map((user) => ({ ...user, permissions })), imports };
}

function subjectsOf(prefix: string, namespace: Namespace): string[] {
  return busSubjects(prefix, parseNamespacePattern(namespace));
}

/** The account of each namespace. */
function ownersOf(tenants: readonly TenantAccount[]): Map<Namespace, string> {
  const owned = tenants.flatMap(({ name, namespaces = [] }) =>
    namespaces.map((unchecked) => [parseNamespace(unchecked), name] as const)
  );
  refuseDuplicates(owned.map(([namespace]) => namespace), "a namespace is listed twice:");
  return new Map(owned);
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

function checkName(name: unknown): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw new InvalidArgumentError(
    `the name of an account must be 1 to 64 characters of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`,
    { argument: "name" },
  );
}

function requireArray(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuseArgument(name, "an array", value);
}

function refuseDuplicates(names: readonly string[], problem: string): void {
  const duplicate = names.find((name, i) => names.indexOf(name) < i);
  if (duplicate === undefined) return;
  throw new InvalidArgumentError(`Cannot make the accounts: ${problem} "${duplicate}". Use each value once`, {
    argument: "tenants",
  });
}
