import { createBackend, type Driver } from "../../adapter.ts";
import type { Backend } from "../../mod.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { openDriver } from "./open_driver.ts";

/**
 * Makes a backend on a nats-server with JetStream, 2.9 or newer, or on a cluster of servers, 2.9.21 or newer. Each
 * namespace has a stream, which the first append creates.
 *
 * An acknowledged commit survives a crash of any process; with replicas, also the loss of a minority of their machines.
 * It surely survives a loss of power only with `sync_interval: always` in the configuration of the servers: by default
 * they write to disk every two minutes. `capabilities.durability` is the durability of the streams that this backend
 * creates: `"process"`, with replicas `"quorum"`, and `"none"` in the memory of a single server.
 *
 * @param options See {@link JetStreamOptions}.
 * @returns A backend. Closing it ends its subscriptions and requests; the connection stays open.
 * @throws {InvalidArgumentError} If an option is not valid.
 * @throws {UnsupportedStorageError} If the server has no JetStream, or none for this account; is older than 2.9; has a
 * `max_payload` below 8,192, or too small for `maxCommitBytes`; cannot store replicas, since it is in no cluster or older
 * than 2.9.21; is too old for the retention, the quota or the limits of the account; or if the NATS user lacks a
 * permission.
 * @throws {UnavailableError} If the connection was closed, or the server does not answer.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { jetstream } from "@flowmade-one/aether/jetstream";
 *
 * await using connection = await connect({ servers: "127.0.0.1:4222" });
 * await using backend = await jetstream({ connection });
 * const store = backend.store("prod.orders");
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: 0 });
 * ```
 */
export async function jetstream(options: JetStreamOptions): Promise<Backend> {
  const checked = checkJetStreamOptions(options, "jetstream");
  return createBackend(await openDriver(checked), checked.backend);
}

/**
 * Opens the driver of a server, for `importLog` and for tests of adapters. Applications use {@link jetstream}.
 *
 * @param options See {@link JetStreamOptions}.
 * @returns Closed by its `close`; the connection stays open.
 * @throws {InvalidArgumentError} As {@link jetstream}.
 * @throws {UnsupportedStorageError} As {@link jetstream}.
 * @throws {UnavailableError} As {@link jetstream}.
 */
export async function jetstreamDriver(options: JetStreamOptions): Promise<Driver> {
  return await openDriver(checkJetStreamOptions(options, "jetstreamDriver"));
}
