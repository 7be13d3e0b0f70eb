/**
 * Tells a value that was checked, or minted, from one that merely looks like it. Of the type system only: its private
 * member cannot be written down anywhere else, and at run time there is none.
 */
export declare abstract class Brand<Kind extends string> {
  private readonly kind: Kind;
}
