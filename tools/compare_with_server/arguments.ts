/** What the command line asks for. */
export interface Arguments {
  readonly seed: number;
  readonly cases: number;
}

/** Random subjects where `--cases` names no number: with those written by hand some thousands, in a few seconds. */
export const DEFAULT_CASES = 4_000;

export const USAGE = "Usage: deno run -A tools/compare_with_server.ts [--seed n] [--cases n], n up to 10 and 6 digits";

/**
 * Reads `--seed n` and `--cases n`.
 *
 * @param randomSeed The seed where none is given.
 * @throws {Error} There is something else; the message is the usage.
 */
export function parseArguments(args: readonly string[], randomSeed: number): Arguments {
  const found = { seed: randomSeed, cases: DEFAULT_CASES };
  for (let i = 0; i < args.length; i += 2) {
    const [name, value = ""] = args.slice(i, i + 2);
    if (name === "--seed" && /^\d{1,10}$/.test(value)) found.seed = Number(value);
    else if (name === "--cases" && /^\d{1,6}$/.test(value)) found.cases = Number(value);
    else throw new Error(`Cannot use ${args.slice(i, i + 2).join(" ")}: ${USAGE}`);
  }
  return found;
}
