/**
 * The subjects of requests between nodes: `<prefix>.calls.<namespace>.<service>.<session>`. Each part is one encoded
 * token. The namespace comes first, so that one wildcard subject covers exactly the requests of one namespace.
 *
 * @module
 */
import type { CallAddress } from "../../../adapter.ts";
import { encodeToken } from "./encode_token.ts";

/** The subject of an address. */
export function callSubject(prefix: string, { namespace, service, session }: CallAddress): string {
  return `${prefix}.calls.${[namespace, service, session].map(encodeToken).join(".")}`;
}

/** The subject of all requests of a namespace. */
export function allCallsSubject(prefix: string, namespace: string): string {
  return `${prefix}.calls.${encodeToken(namespace)}.>`;
}
