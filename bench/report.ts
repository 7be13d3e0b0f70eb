/** One line of a result: a figure beside its goal. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly measured: number;
  readonly unit: "x" | "of the time" | "of the memory" | "KiB" | "B" | "ms" | "µs" | "ns" | "/s";
  /** The goal: a minimum (`x`), or a maximum (all other units). Absent if the figure is only reported. */
  readonly reach?: number | undefined;
  readonly stretch?: number | undefined;
  readonly note?: string | undefined;
}

/** `stretch`, `reach`, `short`, or nothing for a row that is only reported. */
export function verdict({ unit, measured, reach, stretch }: Row): string {
  if (reach === undefined) return "";
  const meets = (figure: number) => unit === "x" ? measured >= figure : measured <= figure;
  if (stretch !== undefined && meets(stretch)) return "stretch";
  return meets(reach) ? "reach" : "short";
}

/** Prints rows as JSON lines when asked to by `--json`, else as a table. */
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

/** A figure with three digits or so. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The number of figures that reach their goals, and the names of those that do not. */
export interface Summary {
  readonly figures: number;
  /** Those that reach the stretch are not counted again. */
  readonly reach: number;
  readonly stretch: number;
  readonly short: readonly string[];
}

/** Counts the verdicts; undefined if no row has a goal. */
export function summarize(rows: readonly Row[]): Summary | undefined {
  const aimed = rows.filter(({ reach }) => reach !== undefined);
  if (aimed.length === 0) return undefined;
  const of = (wanted: string) => aimed.filter((row) => verdict(row) === wanted);
  return {
    figures: aimed.length,
    reach: of("reach").length,
    stretch: of("stretch").length,
    short: of("short").map((row) => `${row.group}: ${row.name}`),
  };
}

/** A {@link Summary} as a string. */
export function summaryText({ figures, reach, stretch, short }: Summary): string {
  const counts = `${figures} figures: ${stretch} stretch, ${reach} reach, ${short.length} short`;
  return [short.length === 0 ? counts : `${counts}:`, ...short.map((name) => `- ${name}`)].join("\n");
}
