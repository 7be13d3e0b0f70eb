/** Shared parts of the benches in this folder. */

/** Number of strings that take turns. */
export const TEXTS = 256;

/** Whether only the answers are checked: the times then have no meaning. */
export const isShort: boolean = Deno.args.includes("--short");

/** Fails unless all candidates give the same answer. */
export function agree(group: string, candidates: readonly [name: string, answer: () => number][]): void {
  const answers = candidates.map(([name, answer]) => `${name}: ${answer()}`);
  const differ = new Set(answers.map((answer) => answer.slice(answer.lastIndexOf(" ")))).size > 1;
  if (differ) throw new Error(`The candidates of "${group}" do not agree: ${answers.join(", ")}`);
}

/** A sum that keeps the compiler from removing the measured code. */
export const kept = { found: 0 };

/** Registers one candidate, which is called with one string after the other. */
export function run(
  options: Pick<Deno.BenchDefinition, "group" | "name" | "baseline">,
  texts: readonly string[],
  matches: (text: string) => boolean,
): void {
  let next = 0;
  Deno.bench({
    ...options,
    ...(isShort && { n: 1, warmup: 1 }),
    fn() {
      if (matches(texts[next]!)) kept.found++;
      next = next + 1 === texts.length ? 0 : next + 1;
    },
  });
}
