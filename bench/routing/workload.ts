import { Random } from "../random.ts";

/**
 * The workload of all routing benches: patterns of 4 or 5 tokens and about 27 characters, such as
 * `eu.t0417.orders.482133.open`; 90 % exact, 9 % with one or two `*` anywhere, 1 % that end in `>` after one to three
 * tokens.
 */
export class Workload {
  readonly patterns: readonly string[];
  readonly #tokens: readonly (readonly string[])[];
  readonly #random = new Random(1);

  /** @param kinds The percentages of patterns with `*` and of patterns with `>`. */
  constructor(size: number, kinds: { readonly star: number; readonly tail: number } = { star: 9, tail: 1 }) {
    const patterns = new Set<string>();
    while (patterns.size < size) {
      const percent = (patterns.size * 37 + 15) % 100;
      const tokens = percent < kinds.star
        ? this.#withStars()
        : percent < kinds.star + kinds.tail
        ? this.#withTail()
        : this.#exact();
      patterns.add(tokens.join("."));
    }
    this.patterns = this.#random.shuffle(patterns);
    this.#tokens = this.patterns.map((pattern) => pattern.split("."));
  }

  /**
   * Contents of subjects. Three of four match a random pattern. In one of four, a token is replaced by a token of no
   * pattern.
   */
  contents(count: number): Content[] {
    return Array.from({ length: count }, () => this.#content());
  }

  /** More patterns of the same kind, none of which is among `patterns`. */
  morePatterns(count: number, kind: "exact" | "wildcard" | "mixed"): string[] {
    const known = new Set(this.patterns);
    const more = new Set<string>();
    while (more.size < count) {
      const wildcard = kind === "wildcard" || kind === "mixed" && more.size % 10 === 0;
      const pattern = (wildcard ? more.size % 100 === 0 ? this.#withTail() : this.#withStars() : this.#exact()).join(
        ".",
      );
      if (!known.has(pattern)) more.add(pattern);
    }
    return [...more];
  }

  #content(): Content {
    const random = this.#random;
    const pattern = random.pick(this.#tokens);
    const tokens = pattern.flatMap((token, at) => {
      if (token === "*") return [String(100_000 + random.below(900_000))];
      if (token === ">") return this.#exact().slice(at);
      return [token];
    });
    if (random.below(4) === 0) tokens[random.below(tokens.length)] = `x${random.below(1e6)}`;
    return tokens;
  }

  #exact(): string[] {
    const random = this.#random;
    const tenant = `t${String(random.below(1000)).padStart(4, "0")}`;
    const tokens = [tenant, random.pick(AREAS), String(100_000 + random.below(900_000)), random.pick(STEPS)];
    return random.below(2) === 0 ? tokens : [random.pick(REGIONS), ...tokens];
  }

  #withStars(): string[] {
    const tokens = this.#exact();
    const stars = this.#random.below(5) === 0 ? 2 : 1;
    for (let i = 0; i < stars; i++) tokens[this.#random.below(tokens.length)] = "*";
    return tokens;
  }

  #withTail(): string[] {
    return [...this.#exact().slice(0, 1 + this.#random.below(3)), ">"];
  }
}

/** The tokens of a subject, from which new strings are made. */
export type Content = readonly string[];

const REGIONS = ["eu", "us", "ap", "sa", "af", "me", "cn", "oc"];
const AREAS = [
  "orders",
  "billing",
  "stock",
  "users",
  "carts",
  "mail",
  "search",
  "audit",
  "claims",
  "fleet",
  "rates",
  "plans",
];
const STEPS = ["open", "paid", "sent", "back", "closed", "failed", "moved", "read"];

/**
 * New strings of these contents: flat, and without a computed hash. `join` writes one flat string. Concatenation would
 * make a rope, which its first reader has to flatten.
 */
export function fresh(contents: readonly Content[]): string[] {
  return contents.map((tokens) => tokens.join("."));
}
