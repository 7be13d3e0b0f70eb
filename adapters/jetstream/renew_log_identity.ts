import { newLogIdentity, refuseArgument } from "../../adapter.ts";
import { parseNamespace } from "../../mod.ts";
import { withUserErrors } from "./api/to_user_error.ts";
import { type LogIdentityOptions, withServerApi } from "./log_identity_options.ts";
import { assignIdentity } from "./streams/assign_identity.ts";
import { namesOf } from "./wire/names.ts";

/**
 * Gives the logs of namespaces a new random identity. From then on, the logs refuse every earlier position with
 * `UnknownPositionError`. An operator calls this function after a log was copied, or after it may have lost commits:
 * the files of a server were restored or copied, or a server lost unwritten data.
 *
 * Without a new identity, the log accepts the positions of the lost commits once it has grown past them. A reader then
 * misses the commits before such a position. A stream that the server restored through its API has a new identity
 * anyway.
 *
 * Stop the processes that use the namespaces, or restart them afterwards: for up to 30 seconds they return positions
 * with the former identity. The log refuses these positions later.
 *
 * @param namespaces The names of the namespaces.
 * @param options The connection needs the permissions of the role `"operator"`.
 * @throws {InvalidNamespaceError} If a name is not a namespace. Nothing was changed.
 * @throws {InvalidArgumentError} If an argument is not valid, or a namespace has no log. The earlier namespaces in the
 * list have a new identity.
 * @throws {UnsupportedStorageError} If a stream is not a log of this adapter, or the NATS user lacks a permission.
 * @throws {UnavailableError} If the server does not answer, or the stream has no leader at the moment.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { renewLogIdentity } from "@flowmade-one/aether/jetstream";
 *
 * await using connection = await connect({ servers: "127.0.0.1:4222", user: "operator", pass: "..." });
 * await renewLogIdentity(["tenant-a", "tenant-b"], { connection });
 * ```
 */
export async function renewLogIdentity(namespaces: readonly string[], options: LogIdentityOptions): Promise<void> {
  if (!Array.isArray(namespaces)) refuseArgument("namespaces", "an array of names", namespaces);
  const parsed = namespaces.map(parseNamespace);
  await withServerApi(options, "renewLogIdentity", async (api, prefix) => {
    for (const namespace of parsed) {
      await withUserErrors(
        `renew the identity of the log of namespace "${namespace}"`,
        assignIdentity(api, namesOf(prefix, namespace), newLogIdentity),
      );
    }
  });
}
