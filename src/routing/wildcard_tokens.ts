// Patterns are already checked: "*" and ">" are whole tokens, and ">" is the last. One character is therefore enough to
// recognise them.

/** The code of `*`, which stands for one token. */
export const SINGLE_WILDCARD = 42;
/** The code of `>`, which stands for one or more tokens. */
export const MULTI_WILDCARD = 62;

/** Whether the token of a pattern that begins at `start` is `*`. */
export function isSingleWildcard(pattern: string, start: number): boolean {
  return pattern.charCodeAt(start) === SINGLE_WILDCARD;
}

/** Whether the token of a pattern that begins at `start` is `>`. */
export function isMultiWildcard(pattern: string, start: number): boolean {
  return pattern.charCodeAt(start) === MULTI_WILDCARD;
}

/** Whether a pattern ends in `>`. */
export function endsInMultiWildcard(pattern: string): boolean {
  return isMultiWildcard(pattern, pattern.length - 1);
}

/** Whether a pattern has any wildcard. */
export function hasWildcard(pattern: string): boolean {
  return endsInMultiWildcard(pattern) || pattern.includes("*");
}

/** Whether the token of a pattern that begins at `start` is `*` or `>`. */
export function isWildcard(pattern: string, start: number): boolean {
  return isSingleWildcard(pattern, start) || isMultiWildcard(pattern, start);
}
