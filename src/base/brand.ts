/**
 * Makes a branded type. For example, `string & Brand<"namespace">` is a string that a parser has checked, and the
 * compiler does not accept an unchecked string in its place. The brand exists in types only: no value has its private
 * member at run time.
 */
export declare abstract class Brand<Kind extends string> {
  private readonly kind: Kind;
}

/**
 * A member of a union type to which no value can be assigned. If a value fits no other member either, the compiler's
 * error shows `Sentence`.
 */
export type Hint<Sentence extends string> = string & Brand<Sentence>;
