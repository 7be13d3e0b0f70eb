import type { Brand } from "./brand.ts";

/**
 * The boundary of visibility and storage: a tenant, a domain, an environment. 1 to 16 tokens joined by `.`, each 1 to
 * 63 of `A-Z a-z 0-9 _ -`, 128 characters at most, case-sensitive. A string that {@link parseNamespace} has checked.
 *
 * A hierarchy is only a naming convention: `prod` sees nothing of `prod.orders`.
 */
export type Namespace = string & Brand<"namespace">;

/**
 * The type of a namespace argument. A literal with a wildcard does not compile: the compiler's error shows the string
 * literal below.
 */
export type ExactNamespace<N extends string> = N extends `${string}*${string}` | `${string}>${string}`
  ? "a namespace has no wildcards; to see many, observe with a grant"
  : N;

/** The namespace of a call without arguments. It has no other special property. */
export const DEFAULT_NAMESPACE: Namespace = "default" as Namespace;
