/**
 * A NATS account for each tenant: what is in one exists in no other, whatever a client does.
 *
 * @module
 */
import {
  compilePattern,
  InvalidArgumentError,
  type Namespace,
  parseNamespace,
  parseNamespacePattern,
} from "../../../mod.ts";
import { busSubjects } from "../wire/bus_subjects.ts";
import { checkPrefix, DEFAULT_PREFIX } from "../wire/prefix.ts";
import { type NatsPermissions, natsPermissions, type NatsRights } from "./nats_permissions.ts";

/** How a user of an account proves who it is, as a nats-server's configuration has it. */
export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly nkey: string };

/** A user of an account. */
export type NatsAccountUser = NatsCredentials & {
  /** What it is meant to do; without it, everything in its account. */
  readonly rights?: NatsRights | readonly NatsRights[] | undefined;
  /** Where answers to it come, if it has rights, and to nobody else of its account: see `natsPermissions`. */
  readonly inboxPrefix?: string | undefined;
};

/**
 * What an account may take of a server, by nats-server's own names; bytes, and numbers of streams and consumers. Limits of
 * bytes need nats-server 2.10: `jetstream()` refuses an account that has them on an older one.
 */
export interface NatsJetStreamLimits {
  /** Bytes of streams in memory. */
  readonly max_memory?: number | undefined;
  /** Bytes of streams in files. */
  readonly max_store?: number | undefined;
  /** Streams: two for each namespace, three with a retention. */
  readonly max_streams?: number | undefined;
  /** Consumers: one for each subscription to a store, and for each long read. */
  readonly max_consumers?: number | undefined;
}

/** The account of a tenant. */
export interface TenantAccount {
  /** The account's name: 1 to 64 characters of `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  /** The namespaces that others may observe here: those of this tenant. */
  readonly namespaces: readonly string[];
  /** Who may connect. */
  readonly users: readonly NatsAccountUser[];
  /** Without them, what the server has. */
  readonly limits?: NatsJetStreamLimits | undefined;
}

/** The account of one who hears the bus of several tenants. It has no streams. */
export interface ObserverAccount {
  /** As that of a tenant. */
  readonly name: string;
  /** Which namespaces it hears. */
  readonly pattern: string;
  /** Who may connect. They may hear the pattern, and send nothing. */
  readonly users: readonly NatsCredentials[];
}

/** Who has an account. */
export interface NatsAccountsOptions {
  /** An account each; no two have a namespace in common. */
  readonly tenants: readonly TenantAccount[];
  /** An account each. */
  readonly observers?: readonly ObserverAccount[] | undefined;
  /** The prefix that `jetstream()` is given; by default `aether`. */
  readonly prefix?: string | undefined;
}

/** Accounts, in the form of a nats-server's configuration, which takes JSON. */
export interface NatsAccounts {
  /** By name. */
  readonly accounts: Readonly<Record<string, NatsAccount>>;
}

/** One account. */
export interface NatsAccount {
  /** Whether it has streams, and how much. */
  readonly jetstream: "enabled" | "disabled" | NatsJetStreamLimits;
  /** Who may connect. */
  readonly users: readonly (NatsCredentials & { readonly permissions?: NatsPermissions | undefined })[];
  /** What of it others may hear. */
  readonly exports?: readonly { readonly stream: string; readonly accounts: readonly string[] }[] | undefined;
  /** What it hears of others. */
  readonly imports?: readonly { readonly stream: { readonly account: string; readonly subject: string } }[] | undefined;
}

/**
 * Makes the accounts of a nats-server for tenants that may be hostile to each other.
 *
 * @param options See {@link NatsAccountsOptions}.
 * @returns Data. As text for a configuration it is `JSON.stringify(accounts)`, as a file of its own to be included, or
 * without the outermost braces.
 * @throws {InvalidNamespaceError} A namespace is none.
 * @throws {InvalidPatternError} A pattern is none.
 * @throws {InvalidArgumentError} Another option is not what it must be, or two tenants have the same namespace or name, or
 * two users of an account the same `inboxPrefix`.
 *
 * @example
 * ```ts
 * import { natsAccounts } from "@flowmade-one/aether/jetstream";
 * import { assertEquals } from "@std/assert";
 *
 * const { accounts } = natsAccounts({
 *   tenants: [
 *     { name: "ACME", namespaces: ["acme"], users: [{ user: "acme", password: "$2a$11$..." }] },
 *     { name: "EMCA", namespaces: ["emca"], users: [{ user: "emca", password: "$2a$11$..." }] },
 *   ],
 *   observers: [{ name: "AUDIT", pattern: "*", users: [{ user: "audit", password: "$2a$11$..." }] }],
 * });
 * assertEquals(accounts["ACME"]?.exports, [
 *   { stream: "aether.commits.1.acme.>", accounts: ["AUDIT"] },
 *   { stream: "aether.events.acme", accounts: ["AUDIT"] },
 * ]);
 * ```
 */
export function natsAccounts({ tenants, observers = [], prefix = DEFAULT_PREFIX }: NatsAccountsOptions): NatsAccounts {
  checkPrefix(prefix);
  const owners = ownersOf(tenants);
  const names = [...tenants, ...observers].map(({ name }) => checkName(name));
  refuseTwice(names, "two accounts are named");
  const heard = observers.map(({ name, pattern }) => {
    const covers = compilePattern(parseNamespacePattern(pattern));
    return { name, namespaces: [...owners.keys()].filter((namespace) => covers(namespace)) };
  });
  const accounts = [
    ...tenants.map((tenant) => [tenant.name, tenantAccount(tenant, heard, prefix)] as const),
    ...observers.map((observer, i) => {
      const imports = heard[i]!.namespaces.flatMap((namespace) =>
        subjectsOf(prefix, namespace).map((subject) => ({ stream: { account: owners.get(namespace)!, subject } }))
      );
      return [observer.name, observerAccount(observer, imports, prefix)] as const;
    }),
  ];
  return { accounts: Object.fromEntries(accounts) };
}

/** Who hears which namespaces. */
interface Hearing {
  readonly name: string;
  readonly namespaces: readonly Namespace[];
}

function tenantAccount(tenant: TenantAccount, heard: readonly Hearing[], prefix: string): NatsAccount {
  const exports = tenant.namespaces.flatMap((text) => {
    const namespace = parseNamespace(text);
    const accounts = heard.filter(({ namespaces }) => namespaces.includes(namespace)).map(({ name }) => name);
    return accounts.length === 0 ? [] : subjectsOf(prefix, namespace).map((stream) => ({ stream, accounts }));
  });
  const inboxPrefixes = tenant.users.flatMap(({ inboxPrefix }) => inboxPrefix ?? []);
  refuseTwice(inboxPrefixes, `two users of the account "${tenant.name}" have the inboxPrefix`);
  return {
    jetstream: tenant.limits ?? "enabled",
    users: tenant.users.map(({ rights, inboxPrefix, ...credentials }) =>
      rights === undefined
        ? credentials
        : { ...credentials, permissions: natsPermissions(rights, { inboxPrefix: inboxPrefix ?? "", prefix }) }
    ),
    ...(exports.length > 0 && { exports }),
  };
}

function observerAccount(
  { users, pattern }: ObserverAccount,
  imports: NonNullable<NatsAccount["imports"]>,
  prefix: string,
): NatsAccount {
  // The account is its own, and so are the answers in it.
  const subscribe = { allow: ["_INBOX.>", ...busSubjects(prefix, parseNamespacePattern(pattern))] };
  const permissions = { publish: { deny: [">"] }, subscribe };
  return { jetstream: "disabled", users: users.map((user) => ({ ...user, permissions })), imports };
}

function subjectsOf(prefix: string, namespace: Namespace): string[] {
  return busSubjects(prefix, parseNamespacePattern(namespace));
}

/** Whose each namespace is. */
function ownersOf(tenants: readonly TenantAccount[]): Map<Namespace, string> {
  const owned = tenants.flatMap(({ name, namespaces }) =>
    namespaces.map((text) => [parseNamespace(text), name] as const)
  );
  refuseTwice(owned.map(([namespace]) => namespace), "two tenants have the namespace");
  return new Map(owned);
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

function checkName(name: unknown): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw new InvalidArgumentError(
    `an account's name must be 1 to 64 characters of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`,
    { argument: "name" },
  );
}

function refuseTwice(texts: readonly string[], flaw: string): void {
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice !== undefined) throw new InvalidArgumentError(`${flaw} "${twice}"`, { argument: "tenants" });
}
