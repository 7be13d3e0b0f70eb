import { figure, type Row } from "../report.ts";

/** The rows of a group of benches, such as `routing`. */
export interface Section {
  readonly name: string;
  readonly rows: readonly Row[];
}

const BEGIN = "<!-- figures: written by deno task bench --docs -->";
const END = "<!-- end of figures -->";

/**
 * Replaces the tables of figures in a page, which are between two comments. The tables leave out the goals of the
 * figures.
 *
 * @param conditions The machine, the clock and the date of the measurement.
 * @throws {Error} If the page lacks one of the comments.
 */
export function replaceFigures(page: string, sections: readonly Section[], conditions: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`Cannot replace figures: the page needs ${BEGIN}, and then ${END}`);
  const tables = sections.map(({ name, rows }) => `### Figures: ${name}\n\n${table(rows)}`);
  return [page.slice(0, begin + BEGIN.length), `${conditions}.`, ...tables, page.slice(end)].join("\n\n");
}

function table(rows: readonly Row[]): string {
  const lines = [
    ["figure", "measured", "note"],
    ["---", "---", "---"],
    ...rows.map((row) =>
      [`${row.group}: ${row.name}`, `${figure(row.measured)} ${row.unit}`, row.note ?? ""].map(escape)
    ),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function escape(cell: string): string {
  return cell.replace(/[\\|<>*_`]/g, "\\$&");
}
