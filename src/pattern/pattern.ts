declare const namespaceBrand: unique symbol;
declare const actorBrand: unique symbol;

/**
 * A pattern over namespaces, as {@link parseNamespacePattern} has checked it: `prod.*`, `prod.>`, `>`. NATS wildcards:
 * `*` is one token, `>` one or more at the end.
 */
export type NamespacePattern = string & { readonly [namespaceBrand]: true };

/** A pattern over actor ids, as {@link parseActorPattern} has checked it: `order.*`, `user/7`, `>`. */
export type ActorPattern = string & { readonly [actorBrand]: true };

/** Either. The matching rules are the same; the alphabets differ. */
export type Pattern = NamespacePattern | ActorPattern;
