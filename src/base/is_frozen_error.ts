/** The messages of engines about a change of a frozen object. */
const FROZEN = /read.?only|not extensible|frozen|(?:[Cc]annot|[Uu]nable to) delete property|can't be deleted/;

/** Whether an error is that of an engine about a change of a frozen object. */
export function isFrozenError(error: unknown): boolean {
  return error instanceof TypeError && FROZEN.test(error.message);
}
