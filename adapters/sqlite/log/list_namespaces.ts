import { type Namespace, parseNamespace } from "../../../mod.ts";
import type { Connection } from "../database/connection.ts";
import { KEYS_PER_NAMESPACE } from "../database/schema.ts";

/** A namespace may have rows in other tables without having stored events. */
const WITH_EVENTS = `SELECT name FROM namespaces WHERE expired_offset > 0 OR EXISTS (SELECT 1 FROM commits
  WHERE log_key > namespaces.id * ${KEYS_PER_NAMESPACE} AND log_key < (namespaces.id + 1) * ${KEYS_PER_NAMESPACE})`;

/** The namespaces that have stored events. */
export function listNamespaces(connection: Connection): Namespace[] {
  return connection.rows(WITH_EVENTS).map(([name]) => parseNamespace(name as string));
}
