/** A router that is too simple to be wrong, to compare the real one with. */
export class NaiveRouter<T> {
  readonly #patterns = new Map<string, T[]>();

  get patternCount(): number {
    return this.#patterns.size;
  }

  patterns(): string[] {
    return [...this.#patterns.keys()];
  }

  add(pattern: string, value: T): boolean {
    const values = this.#patterns.get(pattern) ?? [];
    if (values.includes(value)) return false;
    this.#patterns.set(pattern, [...values, value]);
    return true;
  }

  remove(pattern: string, value: T): boolean {
    const values = this.subscribersOf(pattern);
    if (!values.includes(value)) return false;
    const left = values.filter((other) => other !== value);
    if (left.length === 0) this.#patterns.delete(pattern);
    else this.#patterns.set(pattern, left);
    return true;
  }

  subscribersOf(pattern: string): T[] {
    return this.#patterns.get(pattern) ?? [];
  }

  /** The subscribers of every pattern that matches, the most specific pattern first, and in order of subscription. */
  match(subject: string): T[] {
    return this.patterns()
      .filter((pattern) => naivelyMatches(pattern, subject))
      .sort(bySpecificity)
      .flatMap((pattern) => this.subscribersOf(pattern));
  }
}

/**
 * Whether a pattern matches a subject, by a direct translation of the rule. A subject with an empty token matches
 * nothing.
 */
export function naivelyMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const given = subject.split(".");
  if (given.includes("")) return false;
  if (wanted.at(-1) === ">") {
    return given.length >= wanted.length &&
      wanted.slice(0, -1).every((token, i) => token === "*" || token === given[i]);
  }
  return given.length === wanted.length && wanted.every((token, i) => token === "*" || token === given[i]);
}

/** Token by token from the first: a literal before `*` before `>`. */
function bySpecificity(left: string, right: string): number {
  const lefts = left.split(".");
  const rights = right.split(".");
  for (let i = 0; i < Math.min(lefts.length, rights.length); i++) {
    const difference = generality(lefts[i]!) - generality(rights[i]!);
    if (difference !== 0) return difference;
  }
  return 0;
}

function generality(token: string): number {
  return token === ">" ? 2 : token === "*" ? 1 : 0;
}
