import { refuseArgument } from "../../adapter.ts";
import { parseNamespace } from "../../mod.ts";
import { checkJetStreamOptions, type JetStreamOptions } from "./jetstream_options.ts";
import { openDriver } from "./open_driver.ts";

/**
 * Creates the streams of namespaces and of the cluster, for processes whose NATS users may not create streams. It
 * checks existing streams, and leaves them unchanged. Without this call, the first write creates a stream.
 *
 * @param namespaces The names of the namespaces.
 * @param options The options of `jetstream()`, with which the streams are created.
 * @throws {InvalidNamespaceError} If a namespace is malformed. No stream was created.
 * @throws {InvalidArgumentError} If an argument is not valid.
 * @throws {UnsupportedStorageError} If the server lacks a feature, an existing stream cannot be used, or the
 * NATS user may not create streams. The streams of the earlier namespaces in the list were created.
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
  if (!Array.isArray(namespaces)) refuseArgument("namespaces", "an array of names", namespaces);
  const names = namespaces.map(parseNamespace);
  const driver = await openDriver(checkJetStreamOptions(options, "provision"));
  try {
    for (const namespace of names) await driver.open(namespace).provision();
    await driver.records.provision();
  } finally {
    await driver.close();
  }
}
