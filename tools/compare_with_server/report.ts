import type { Comparison } from "./compare.ts";
import type { Difference } from "./find_differences.ts";
import type { StricterRow } from "./stricter_rows.ts";

/** How many differences are printed. One mistake makes thousands, and the shortest show it best. */
const SHOWN = 20;

/** UTF-16 units of a cell. */
const MAX_CELL = 60;

/** What was compared and what was found, as a person reads it. */
export function summary(server: string, seed: number, comparison: Comparison): string {
  const { patterns, subjects, delivered, stricterRows, differences } = comparison;
  const amount = `Seed ${seed}: ${subjects} subjects against ${patterns} patterns, each pattern against each other, ` +
    `${delivered} deliveries, ${stricterRows} refusals.`;
  if (differences.length === 0) return `${amount}\nNo difference to ${server}.`;
  const count = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  return `${amount}\n${count} to ${server}:\n\n${differenceTable(differences)}`;
}

/** The differences as a table, those with the shortest texts first. */
export function differenceTable(differences: readonly Difference[]): string {
  const size = ({ pattern, subject }: Difference): number => pattern.length + subject.length;
  const shortest = differences.toSorted((a, b) => size(a) - size(b)).slice(0, SHOWN);
  const lines = table(
    ["what", "pattern", "subject, or inner pattern", "nats-server", "Aether"],
    shortest.map((
      { who, pattern, subject, server, aether },
    ) => [who, quoted(pattern), quoted(subject), server, aether]),
  );
  const hidden = differences.length - shortest.length;
  return hidden === 0 ? lines : `${lines}\n... and ${hidden} more`;
}

/** What Aether refuses, and what the server does with it, as a table. */
export function stricterTable(rows: readonly StricterRow[]): string {
  return table(
    ["nats-server", "text", "refused by", "because"],
    rows.map(({ server, text, parse, because }) => [server, quoted(text), parse.name, because]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(shortened));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
  return lines.toSpliced(1, 0, widths.map((width) => "-".repeat(width)).join("  ")).join("\n");
}

/** As JSON, and with what a terminal would not show as escapes. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u0300-\u036f\u200b-\u200f\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function shortened(cell: string): string {
  return cell.length <= MAX_CELL ? cell : `${cell.slice(0, MAX_CELL - 24)}...${cell.slice(-8)} (${cell.length})`;
}
