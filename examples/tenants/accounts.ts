/**
 * The NATS accounts of the tenants. Prints the configuration of their nats-server:
 * `deno run examples/tenants/accounts.ts > tenants.conf`
 *
 * @module
 */
import { natsAccounts } from "@flowmade-one/aether/jetstream";

/** A tenant: the name of its account, and the credentials of the one user that this program connects as. */
export interface Tenant {
  readonly account: string;
  readonly user: string;
  /** For this example only. In production a secret, of which the server's configuration has the bcrypt hash. */
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
