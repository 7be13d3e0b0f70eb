/** Shared parts of the benches in this folder. */

/** The number of strings that take turns. */
export const STRINGS = 256;

/** Whether only the answers are checked. The times then have no meaning. */
export const isShort: boolean = Deno.args.includes("--short");

/** Throws unless all candidates return the same answer. */
export function agree(group: string, candidates: readonly [name: string, answer: () => number][]): void {
  const answers = candidates.map(([name, answer]) => `${name}: ${answer()}`);
  const differ = new Set(answers.map((answer) => answer.slice(answer.lastIndexOf(" ")))).size > 1;
  if (differ) throw new Error(`Cannot compare the candidates of "${group}": they disagree: ${answers.join(", ")}`);
}

/** A sum of the results, without which V8 could remove the measured code. */
export const kept = { found: 0 };

/** Registers one candidate, which is called with one string after the other. */
export function run(
  options: Pick<Deno.BenchDefinition, "group" | "name" | "baseline">,
  strings: readonly string[],
  matches: (string: string) => boolean,
): void {
  let next = 0;
  Deno.bench({
    ...options,
    ...(isShort && { n: 1, warmup: 1 }),
    fn() {
      if (matches(strings[next]!)) kept.found++;
      next = next + 1 === strings.length ? 0 : next + 1;
    },
  });
}
