// Patterns arrive checked: "*" and ">" are whole tokens, and ">" is the last. So one character tells.

/** The code of `*`, which stands for one token. */
export const STAR = 42;
/** The code of `>`, which stands for one or more tokens. */
export const TAIL = 62;

/** Whether the token of a pattern that begins at `start` is `*`. */
export function isStar(pattern: string, start: number): boolean {
  return pattern.charCodeAt(start) === STAR;
}

/** Whether the token of a pattern that begins at `start` is `>`. */
export function isTail(pattern: string, start: number): boolean {
  return pattern.charCodeAt(start) === TAIL;
}

/** Whether a pattern ends in `>`. */
export function endsInTail(pattern: string): boolean {
  return isTail(pattern, pattern.length - 1);
}

/** Whether a pattern has any wildcard. */
export function hasWildcard(pattern: string): boolean {
  return endsInTail(pattern) || pattern.includes("*");
}

/** Whether the token of a pattern that begins at `start` is `*` or `>`. */
export function isWildcard(pattern: string, start: number): boolean {
  return isStar(pattern, start) || isTail(pattern, start);
}
