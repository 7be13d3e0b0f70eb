/** Matches the error messages of JavaScript engines for a change of a frozen object. */
const FROZEN = /read.?only|not extensible|frozen|(?:[Cc]annot|[Uu]nable to) delete property|can't be deleted/;

/** Whether a JavaScript engine threw an error because it refused to change a frozen object. */
export function isFrozenError(error: unknown): boolean {
  return error instanceof TypeError && FROZEN.test(error.message);
}
