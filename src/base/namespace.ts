import type { Brand } from "./brand.ts";

/**
 * The boundary of visibility and storage: a tenant, a domain, an environment. It is a case-sensitive string that
 * {@link parseNamespace} has checked: 1 to 16 tokens joined by `.`, at most 128 characters. A token has 1 to 63
 * characters of `A-Z a-z 0-9 _ -`.
 *
 * A hierarchy is only a naming convention: `prod` sees nothing of `prod.orders`.
 */
export type Namespace = string & Brand<"namespace">;

/**
 * The type of a namespace argument. A string literal with a wildcard does not compile: the compiler's error shows the
 * sentence in the type.
 */
export type ExactNamespace<N extends string> = N extends `${string}*${string}` | `${string}>${string}`
  ? "a namespace has no wildcards; to receive events of several namespaces, use a grant"
  : N;

/** The namespace of a call without arguments. It has no other special property. */
export const DEFAULT_NAMESPACE: Namespace = "default" as Namespace;
