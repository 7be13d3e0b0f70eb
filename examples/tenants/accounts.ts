/**
 * The NATS accounts of the tenants. Prints the configuration of their nats-server:
 * `deno run examples/tenants/accounts.ts > tenants.conf`
 *
 * @module
 */
import { natsAccounts } from "@flowmade-one/aether/jetstream";

/** The account of a tenant, and the credentials of the user with which this program connects. */
export interface Tenant {
  readonly account: string;
  readonly user: string;
  /** In production, read the password from a secret, and put its bcrypt hash into the server's configuration. */
  readonly password: string;
}

/** The tenants of this example. */
export const TENANTS: readonly Tenant[] = [
  { account: "ACME", user: "acme", password: "acme-password" },
  { account: "EMCA", user: "emca", password: "emca-password" },
];

/** The part of a nats-server's configuration that gives every tenant an account. */
export function accountsConfig(tenants: readonly Tenant[]): string {
  const { accounts } = natsAccounts({
    tenants: tenants.map(({ account, ...credentials }) => ({ name: account, users: [credentials] })),
  });
  return `accounts: ${JSON.stringify(accounts, null, 2)}`;
}

if (import.meta.main) console.log(accountsConfig(TENANTS));
