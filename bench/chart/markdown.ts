import { figure, type Row, verdict } from "../report.ts";
import type { Section } from "./section.ts";

const BEGIN = "<!-- figures: written by deno task bench --markdown -->";
const END = "<!-- end of figures -->";

/** Replaces the figures in a page of documentation, which stand between two comments. */
export function replaceFigures(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`Cannot replace figures: there must be ${BEGIN}, and then ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${page.slice(end)}`;
}

/** A table of each section, below a sentence that says where the figures come from. */
export function markdownFigures(sections: readonly Section[], source: string): string {
  return [`${source}.`, ...sections.map(({ name, rows }) => `### ${name}\n\n${markdownTable(rows)}`)].join("\n\n");
}

function markdownTable(rows: readonly Row[]): string {
  const lines = [
    ["what", "measured", "reach", "stretch", "", "note"],
    ["---", "---", "---", "---", "---", "---"],
    ...rows.map((row) => [
      `${row.group}: ${row.name}`,
      `${figure(row.measured)} ${row.unit}`,
      row.reach === undefined ? "" : String(row.reach),
      row.stretch === undefined ? "" : String(row.stretch),
      verdict(row) === "short" ? "**short**" : verdict(row),
      row.note ?? "",
    ]),
  ];
  return lines.map((cells) => `| ${cells.map(escape).join(" | ")} |`).join("\n");
}

/** Nothing in a cell is markup but the verdict. */
function escape(cell: string): string {
  return cell === "**short**" ? cell : cell.replace(/[\\|<>*_`]/g, "\\$&");
}
