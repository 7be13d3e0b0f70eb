import { createBackend, type Driver } from "../../adapter.ts";
import type { Backend } from "../../mod.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { openDriver } from "./open_driver.ts";

/**
 * Makes a backend that keeps everything on a nats-server with JetStream, 2.9 or newer, or on a cluster of such, 2.9.21 or
 * newer: a stream per namespace, made when something is first appended to it.
 *
 * What was acknowledged outlives a crash of any process; with replicas, also the loss of a minority of their machines.
 * It outlives a loss of power, of one machine or of all, for certain only if the servers are told to write to disk at
 * once (`sync_interval: always` in their configuration): by default they do every two minutes. `capabilities.durability`
 * tells what holds for the streams that this backend makes: `"process"`, with replicas `"quorum"`, and `"none"` for a
 * single server's memory.
 *
 * @param options See {@link JetStreamOptions}.
 * @returns A backend. Closing it ends what it has running over the connection; the connection stays open.
 * @throws {InvalidArgumentError} If an option is not what it must be.
 * @throws {UnsupportedStorageError} If the server has no JetStream, not for this account, is older than 2.9, or its
 * `max_payload` is less than 8,192, or leaves no room for `maxCommitBytes`; or it cannot keep replicas: it is in no
 * cluster, or older than 2.9.21; or it is too old for the bounds that are asked for, or, before 2.10, for the account's own;
 * or the NATS user lacks a permission.
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
