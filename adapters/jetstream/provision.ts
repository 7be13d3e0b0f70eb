import { parseNamespace } from "../../mod.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { openDriver } from "./open_driver.ts";

/**
 * Creates the streams of namespaces, and that of the cluster, for those whose NATS users may not create any themselves.
 * Streams that exist are checked, and stay as they are. Without it, a stream is created when something is first stored.
 *
 * @param namespaces Their names.
 * @param options As those of `jetstream()`: what the streams are made with.
 * @throws {InvalidNamespaceError} If one is not a namespace; nothing was made.
 * @throws {InvalidArgumentError} If an option is not what it must be.
 * @throws {UnsupportedStorageError} If the server does not do, a stream of that name is not what it must be, or the NATS user
 * may not make streams. Namespaces before the one that it names are there.
 * @throws {UnavailableError} If the server does not answer.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { provision } from "@flowmade-one/aether/jetstream";
 *
 * await using connection = await connect({ servers: "127.0.0.1:4222", user: "operator", pass: "..." });
 * await provision(["tenant-a", "tenant-b"], { connection, replicas: 3 });
 * ```
 */
export async function provision(namespaces: readonly string[], options: JetStreamOptions): Promise<void> {
  const names = namespaces.map(parseNamespace);
  const driver = await openDriver(checkJetStreamOptions(options, "provision"));
  try {
    for (const namespace of names) await driver.open(namespace).provision();
    await driver.records.provision();
  } finally {
    await driver.close();
  }
}
