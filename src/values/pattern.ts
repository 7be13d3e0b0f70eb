import type { Brand } from "../base/brand.ts";

/**
 * A pattern over namespaces, as {@link parseNamespacePattern} has checked it: `prod.*`, `prod.>`, `>`. NATS wildcards:
 * `*` is one token, `>` one or more at the end.
 */
export type NamespacePattern = string & Brand<"namespace pattern">;

/** A pattern over actor ids, as {@link parseActorPattern} has checked it: `order.*`, `user/7`, `>`. */
export type ActorPattern = string & Brand<"actor pattern">;

/** A pattern of either kind. The matching rules are the same; the allowed characters differ. */
export type Pattern = NamespacePattern | ActorPattern;
