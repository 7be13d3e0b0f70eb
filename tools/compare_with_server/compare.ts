import { askServer } from "./ask_server.ts";
import { makeCases } from "./cases.ts";
import { checkStricterRow } from "./check_stricter_row.ts";
import { type Difference, findDifferences } from "./find_differences.ts";
import { AETHER, type Implementation } from "./implementation.ts";
import { STRICTER_ROWS } from "./stricter_rows.ts";

/** What a comparison has found, and how much it has looked at. */
export interface Comparison {
  readonly patterns: number;
  readonly subjects: number;
  /** Messages that the server delivered. */
  readonly delivered: number;
  readonly stricterRows: number;
  readonly differences: readonly Difference[];
}

/** How a comparison is to be made. */
export interface CompareOptions {
  /** Determines the random cases: an integer. */
  readonly seed: number;
  /** How many random subjects. */
  readonly cases: number;
  /** What is compared, unless it is Aether. */
  readonly ours?: Implementation | undefined;
}

/** Puts the same cases through the server that listens on a port of 127.0.0.1, and through Aether. */
export async function compareWithServer(port: number, options: CompareOptions): Promise<Comparison> {
  const cases = makeCases(options.seed, options.cases);
  const deliveries = await askServer(`nats://127.0.0.1:${port}`, cases.patterns, cases.subjects);
  const stricter: Difference[] = [];
  for (const row of STRICTER_ROWS) stricter.push(...await checkStricterRow(port, row));
  return {
    patterns: cases.patterns.length,
    subjects: cases.subjects.length,
    delivered: deliveries.reduce((total, counts) => counts.reduce((sum, count) => sum + count, total), 0),
    stricterRows: STRICTER_ROWS.length,
    differences: [...stricter, ...findDifferences(cases, deliveries, options.ours ?? AETHER)],
  };
}
