import { createBackend, type Driver } from "../../adapter.ts";
import type { Backend } from "../../mod.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { openDriver } from "./open_driver.ts";

/**
 * Creates a backend on a nats-server with JetStream, 2.9 or newer, or on a cluster of servers, 2.9.21 or newer. Each
 * namespace has a stream, which the first append creates.
 *
 * An acknowledged commit survives a crash of any process. With replicas, it also survives the loss of a minority of the
 * machines that store it. The commit is certain to survive a loss of power only if the servers have `sync_interval:
 * always` in their configuration. By default, they write to disk every two minutes.
 *
 * `capabilities.durability` is the durability of the streams that this backend creates. It is `"quorum"` with replicas,
 * `"process"` in the file storage of one server, and `"none"` in the memory of one server.
 *
 * @param options See {@link JetStreamOptions}.
 * @returns A backend. Closing it ends its subscriptions and requests; the connection stays open.
 * @throws {InvalidArgumentError} If an option is not valid.
 * @throws {UnsupportedStorageError} If the server is older than 2.9, or has not enabled JetStream for this account. If
 * the server's `max_payload` is below 8,192, or too small for `maxCommitBytes`. If replicas are requested, and the
 * server is in no cluster or older than 2.9.21. If the server is too old for the retention, the quota or the limits of
 * the account. If the NATS user lacks a permission.
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
 * @returns A driver. Its `close` ends its requests; the connection stays open.
 * @throws {InvalidArgumentError} As from {@link jetstream}.
 * @throws {UnsupportedStorageError} As from {@link jetstream}.
 * @throws {UnavailableError} As from {@link jetstream}.
 */
export async function jetstreamDriver(options: JetStreamOptions): Promise<Driver> {
  return await openDriver(checkJetStreamOptions(options, "jetstreamDriver"));
}
