/** One measured figure with its goals. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly measured: number;
  readonly unit: "x" | "of the time" | "of the memory" | "KiB" | "B" | "ms" | "µs" | "ns" | "/s";
  /** The goal: a minimum (`x`), or a maximum (all other units). Absent if the figure is only reported. */
  readonly reach?: number | undefined;
  /** A harder goal than `reach`. */
  readonly stretch?: number | undefined;
  readonly note?: string | undefined;
}

/** The harder goal that a figure meets: `stretch` or `reach`; `short` if it meets neither; empty without a goal. */
export function verdict({ unit, measured, reach, stretch }: Row): string {
  if (reach === undefined) return "";
  const meets = (figure: number) => unit === "x" ? measured >= figure : measured <= figure;
  if (stretch !== undefined && meets(stretch)) return "stretch";
  return meets(reach) ? "reach" : "short";
}

/** Prints rows: with `--json` one line of JSON for each, otherwise a table. */
export function report(rows: readonly Row[]): void {
  if (Deno.args.includes("--json")) {
    for (const row of rows) console.log(JSON.stringify({ ...row, verdict: verdict(row) }));
  } else {
    console.log(table(rows));
  }
}

/** Rows as an aligned table. */
export function table(rows: readonly Row[]): string {
  const head = ["bench", "measured", "unit", "reach", "stretch", "verdict", "note"];
  const lines = [
    head,
    ...rows.map((row) => [
      `${row.group}: ${row.name}`,
      figure(row.measured),
      row.unit,
      row.reach === undefined ? "" : String(row.reach),
      row.stretch === undefined ? "" : String(row.stretch),
      verdict(row),
      row.note ?? "",
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n");
}

/** A figure with about three significant digits. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The number of figures that meet their goals, and the names of the figures that meet none. */
export interface Summary {
  /** The number of figures with a goal. */
  readonly figures: number;
  /** The number of figures that meet `reach` and not `stretch`. */
  readonly reach: number;
  readonly stretch: number;
  readonly short: readonly string[];
}

/** Counts the verdicts; undefined if no row has a goal. */
export function summarize(rows: readonly Row[]): Summary | undefined {
  const withGoals = rows.filter(({ reach }) => reach !== undefined);
  if (withGoals.length === 0) return undefined;
  const rowsWith = (wanted: string) => withGoals.filter((row) => verdict(row) === wanted);
  return {
    figures: withGoals.length,
    reach: rowsWith("reach").length,
    stretch: rowsWith("stretch").length,
    short: rowsWith("short").map((row) => `${row.group}: ${row.name}`),
  };
}

/** A {@link Summary} as a string. */
export function summaryText({ figures, reach, stretch, short }: Summary): string {
  const counts = `${figures} figures: ${stretch} stretch, ${reach} reach, ${short.length} short`;
  return [short.length === 0 ? counts : `${counts}:`, ...short.map((name) => `- ${name}`)].join("\n");
}
