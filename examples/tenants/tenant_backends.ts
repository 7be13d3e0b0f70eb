import type { Backend } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import type { Tenant } from "./accounts.ts";

/** A backend and a connection for each tenant. Each connection uses the account of its tenant. */
export class TenantBackends implements AsyncDisposable {
  readonly #backends = new Map<string, Backend>();
  readonly #resources = new AsyncDisposableStack();

  /**
   * Connects with the credentials of each tenant.
   *
   * @param url The URL of the server, such as `nats://127.0.0.1:4222`.
   */
  static async open(url: string, tenants: readonly Tenant[]): Promise<TenantBackends> {
    const opened = new TenantBackends();
    try {
      for (const tenant of tenants) await opened.#connect(url, tenant);
      return opened;
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * The backend of a tenant. Its events stay in the tenant's account.
   *
   * @throws {Error} If no tenant has this account.
   */
  of(account: string): Backend {
    const backend = this.#backends.get(account);
    if (backend === undefined) {
      throw new Error(`Cannot use tenant "${account}": it is unknown. Pass it to TenantBackends.open()`);
    }
    return backend;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  async #connect(url: string, { account, user, password }: Tenant): Promise<void> {
    const connection = await connect({ servers: url, user, pass: password, maxReconnectAttempts: -1 });
    this.#resources.defer(() => connection.close());
    this.#backends.set(account, this.#resources.use(await jetstream({ connection })));
  }
}
