/**
 * Tells a value that was checked, or minted, from one that merely looks like it. Of the type system only: its private
 * member cannot be written down anywhere else, and at run time there is none.
 */
export declare abstract class Brand<Kind extends string> {
  private readonly kind: Kind;
}

/**
 * A member of a union that no value has. The compiler shows it, with its sentence, where a value fits no member of the
 * union.
 */
export type Hint<Sentence extends string> = string & Brand<Sentence>;
