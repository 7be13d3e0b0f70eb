import { newLogIdentity } from "../../adapter.ts";
import { parseNamespace } from "../../mod.ts";
import { withUserErrors } from "./api/to_user_error.ts";
import { type LogIdentityOptions, withServerApi } from "./log_identity_options.ts";
import { assignIdentity } from "./streams/assign_identity.ts";
import { namesOf } from "./wire/names.ts";

/**
 * Gives the logs of namespaces a new random identity: from then on they refuse every position from before, with
 * `UnknownPositionError`. For operators, after a log may have lost commits or after it was copied: when the files of a
 * server were put back or copied, or when a server lost what it had not written to disk.
 *
 * Without it, such a log takes the positions of the lost commits again once it has grown past them, and a reader misses
 * the commits before them. A stream that the server restored through its API has another identity by itself.
 *
 * Stop the processes that use the namespaces, or restart them afterwards: for up to 30 seconds they give events positions
 * with the former identity, which are refused later.
 *
 * @param namespaces Their names.
 * @param options The connection needs the permissions of the role `"operator"`.
 * @throws {InvalidNamespaceError} If one is not a namespace; nothing was changed.
 * @throws {InvalidArgumentError} If an option is not valid, or a namespace has no log. The ones before it are done.
 * @throws {UnsupportedStorageError} If a stream is not a log of this adapter, or the NATS user lacks a permission.
 * @throws {UnavailableError} If the server does not answer.
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
