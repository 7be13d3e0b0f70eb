/**
 * Distinguishes a checked value from one that has the same shape. It exists in types only: no other module can write
 * its private member, and there is no member at run time.
 */
export declare abstract class Brand<Kind extends string> {
  private readonly kind: Kind;
}

/**
 * A union member that matches no value. If a value fits no member of the union, the compiler's error shows `Sentence`.
 */
export type Hint<Sentence extends string> = string & Brand<Sentence>;
