import { type Row, verdict } from "../report.ts";

/** The rows of a group of benches, such as `routing`. */
export interface Section {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** A row that says what it is to reach. */
export type AimedRow = Row & { readonly reach: number };

/** The rows that say what they are to reach. */
export function aimedRows(rows: readonly Row[]): AimedRow[] {
  return rows.filter((row): row is AimedRow => row.reach !== undefined);
}

/** Rows by their own group, each in one place. */
export function byGroup<R extends Row>(rows: readonly R[]): ReadonlyMap<string, readonly R[]> {
  return Map.groupBy(rows, ({ group }) => group);
}

/** How many figures reach what they should, and which are short. */
export interface Summary {
  readonly figures: number;
  /** Those that reach the stretch are not counted again. */
  readonly reach: number;
  readonly stretch: number;
  readonly short: readonly string[];
}

/** Counts the verdicts; nothing where nothing was to be reached. */
export function summarize(rows: readonly Row[]): Summary | undefined {
  const aimed = aimedRows(rows);
  if (aimed.length === 0) return undefined;
  const of = (wanted: string) => aimed.filter((row) => verdict(row) === wanted);
  return {
    figures: aimed.length,
    reach: of("reach").length,
    stretch: of("stretch").length,
    short: of("short").map((row) => `${row.group}: ${row.name}`),
  };
}

/** A {@link Summary} as text. */
export function summaryText({ figures, reach, stretch, short }: Summary): string {
  const counts = `${figures} figures: ${stretch} stretch, ${reach} reach, ${short.length} short`;
  return [short.length === 0 ? counts : `${counts}:`, ...short.map((name) => `- ${name}`)].join("\n");
}
