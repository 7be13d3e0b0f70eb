import { logIdentityOf, offsetOf, UNKNOWN_LOG_IDENTITY } from "../../adapter.ts";
import { InvalidArgumentError } from "../../errors.ts";
import { parseNamespace, parsePosition, type Position } from "../../mod.ts";
import { withUserErrors } from "./api/to_user_error.ts";
import { type LogIdentityOptions, withServerApi } from "./log_identity_options.ts";
import { assignIdentity } from "./streams/assign_identity.ts";
import { namesOf } from "./wire/names.ts";

/**
 * Gives the log of a namespace the identity in a position. The log then accepts all positions with that identity.
 *
 * An operator calls this function after a log was lost and a **complete** copy of it was restored: positions stay
 * valid. Do not call it if the copy may lack commits of the original: readers would miss commits.
 *
 * Stop the processes that use the namespace, or restart them afterwards: for up to 30 seconds they return positions
 * with the former identity. The log refuses these positions later.
 *
 * @param namespace The name of the namespace.
 * @param position Any position of the original: of an event, or the result of an append.
 * @param options The connection needs the permissions of the role `"operator"`.
 * @throws {InvalidNamespaceError} If `namespace` is malformed.
 * @throws {InvalidArgumentError} If an option is not valid, the namespace has no log, or the position names no log. If
 * the position lies beyond the end of the log: the log is then not a complete copy.
 * @throws {UnsupportedStorageError} If the stream is not a log of this adapter, or the NATS user lacks a permission.
 * @throws {UnavailableError} If the server does not answer, or the stream has no leader at the moment.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { adoptLogIdentity } from "@flowmade-one/aether/jetstream";
 *
 * await using connection = await connect({ servers: "127.0.0.1:4222", user: "operator", pass: "..." });
 * await adoptLogIdentity("tenant-a", lastPosition, { connection });
 * ```
 */
export async function adoptLogIdentity(
  namespace: string,
  position: Position,
  options: LogIdentityOptions,
): Promise<void> {
  const parsed = parseNamespace(namespace);
  const identity = logIdentityOf(parsePosition(position));
  const attempt = `assign the identity of a position to the log of namespace "${parsed}"`;
  const refuse = (problem: string) => {
    throw new InvalidArgumentError(`Cannot ${attempt}: ${problem}`, { argument: "position" });
  };
  if (identity === UNKNOWN_LOG_IDENTITY) refuse("the position names no log. Pass a position that a read returned");
  await withServerApi(options, "adoptLogIdentity", (api, prefix) =>
    withUserErrors(
      attempt,
      assignIdentity(api, namesOf(prefix, parsed), ({ state }) => {
        if (offsetOf(position) > state.last_seq) {
          refuse("the position lies beyond the end of the log: the copy is not complete. Use renewLogIdentity");
        }
        return identity;
      }),
    ));
}
