import { checkOptions, newLogIdentity, refuseArgument } from "../../adapter.ts";
import { InvalidArgumentError } from "../../errors.ts";
import { type Namespace, parseNamespace } from "../../mod.ts";
import type { Connection } from "./database/connection.ts";
import { OPERATOR_OPTIONS, type OperatorOptions, operatorWrite, withExistingFile } from "./operator_write.ts";

const NAMES = `SELECT name FROM namespaces`;
const RENEW = `UPDATE namespaces SET identity = ? WHERE name = ? RETURNING id`;

const OPTIONS: ReadonlySet<string> = new Set(OPERATOR_OPTIONS);
const NAMESPACES = 'an array of names, or "all"';

/**
 * Gives logs of a file a new random identity. From then on, the logs refuse every earlier position with
 * `UnknownPositionError`. An operator calls this function after the file was restored from a backup that may lack
 * commits, or before a copy of the file is used beside the original.
 *
 * Without a new identity, a log accepts the positions of the lost commits once it has grown past them. A reader then
 * misses the commits before such a position. Processes that have the file open use the new identities from their next
 * operation on.
 *
 * @param namespaces The names of the namespaces, or `"all"` for all namespaces of the file.
 * @param options See {@link OperatorOptions}.
 * @throws {InvalidNamespaceError} If a name is not a namespace. Nothing was changed.
 * @throws {InvalidArgumentError} If an argument is missing or has a wrong value, or the file has no such namespace.
 * Nothing was changed.
 * @throws {UnsupportedStorageError} If the file belongs to another application, was written by a newer release, or is
 * damaged.
 * @throws {UnavailableError} If the file does not exist, cannot be written, or is locked for the whole timeout.
 *
 * @example
 * ```ts ignore
 * import { renewLogIdentity } from "@flowmade-one/aether/sqlite";
 *
 * await renewLogIdentity("all", { path: "restored.db" });
 * ```
 */
export async function renewLogIdentity(
  namespaces: readonly string[] | "all",
  options: OperatorOptions,
): Promise<void> {
  if (namespaces !== "all" && !Array.isArray(namespaces)) refuseArgument("namespaces", NAMESPACES, namespaces);
  const names = namespaces === "all" ? namespaces : namespaces.map(parseNamespace);
  checkOptions(options, OPTIONS, "renewLogIdentity");
  await withExistingFile(options, async ({ connection }, queue) => {
    const renew = () => {
      for (const name of names === "all" ? allNames(connection) : names) renewOne(connection, name);
    };
    await operatorWrite("renew the identity of logs", renew).submit(queue, undefined);
  });
}

function allNames(connection: Connection): Namespace[] {
  return connection.rows(NAMES).map(([name]) => parseNamespace(name as string));
}

function renewOne(connection: Connection, name: Namespace): void {
  if (connection.row(RENEW, newLogIdentity(), name) !== undefined) return;
  throw new InvalidArgumentError(
    `Cannot renew the identity of the log of namespace "${name}": the file has no such log`,
    {
      argument: "namespaces",
    },
  );
}
