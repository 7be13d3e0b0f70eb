import { figure, type Row, verdict } from "../report.ts";
import { type AimedRow, aimedRows, byGroup, type Section } from "./section.ts";

const MARGIN = 24;
const ROW = 22;
const GROUP = 26;
const SECTION = 44;
const BARS = 330;
const FIGURES = 175;
/** Wide enough for the fonts that browsers take for `sans-serif`. */
const CHARACTER = 6.5;
/** Longer bars are cut, and say so. */
const LONGEST = 8;

/** Where the figures are `≥`, they say how many times faster; where they are `≤`, how many times the time or memory. */
const LEGEND =
  "Right of “reach”: better than it has to be; left: short of it. Tick: stretch goal. ≥ times faster; ≤ times the time or memory.";

/** Its own background, since an image in a page knows the reader's theme, but not the page's. */
const STYLE = `
text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.back { fill: #ffffff; stroke: #d1d9e0; }
.title { font-size: 18px; font-weight: 600; }
.section { font-size: 15px; font-weight: 600; }
.group { font-weight: 600; font-size: 12px; }
.muted { fill: #59636e; font-size: 12px; font-weight: 400; }
.grid { stroke: #d1d9e0; }
.reach { stroke: #1f2328; stroke-width: 1.5; }
.stretch { stroke: #1f2328; stroke-width: 2; }
.bar { fill: #2f81c7; }
.bar.short { fill: #d9730d; }
text.short { fill: #a04f00; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .back { fill: #0d1117; stroke: #3d444d; }
  .muted { fill: #9198a1; }
  .grid { stroke: #30363d; }
  .reach, .stretch { stroke: #e6edf3; }
  .bar { fill: #4493f8; }
  .bar.short { fill: #e8893a; }
  text.short { fill: #f0a868; }
}`;

/**
 * Draws how far each figure is beyond what it should reach, or short of it: bars to the right or to the left of one line,
 * on a logarithmic scale. Rows that are only reported are left out.
 *
 * @param source Where the figures come from.
 * @returns An SVG that needs no font and no style but its own, and is legible in light and dark.
 */
export function drawChart(sections: readonly Section[], source: string): string {
  const drawn = sections.map(({ name, rows }) => ({ name, rows: aimedRows(rows) })).filter(({ rows }) =>
    rows.length > 0
  );
  const all = drawn.flatMap(({ rows }) => rows);
  if (all.length === 0) throw new Error("Cannot draw a chart: no row says what it is to reach");
  const labels = CHARACTER * Math.max(...all.map(({ name }) => name.length)) + 8;
  const scale = new LogScale(all, MARGIN + labels);
  const width = Math.ceil(MARGIN + labels + BARS + FIGURES + MARGIN);

  const body: string[] = [];
  let y = 84;
  for (const { name, rows } of drawn) {
    y += SECTION;
    body.push(text(MARGIN, y - 14, "section", name));
    for (const [group, members] of byGroup(rows)) {
      y += GROUP;
      body.push(text(MARGIN, y - 7, "group", group));
      for (const row of members) {
        body.push(...drawRow(row, y, scale));
        y += ROW;
      }
    }
  }
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>Measured figures beside what they are to reach</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
    text(MARGIN, 36, "title", "How far beyond its target is each figure?"),
    text(MARGIN, 58, "muted", source),
    text(
      MARGIN,
      78,
      "muted",
      LEGEND,
    ),
    ...scale.draw(100, y),
    ...body,
    `</svg>`,
    "",
  ].join("\n");
}

function drawRow(row: AimedRow, y: number, scale: LogScale): string[] {
  const short = verdict(row) === "short" ? " short" : "";
  const score = scoreOf(row, row.measured);
  const [from, to] = [scale.x(Math.min(1, score)), scale.x(Math.max(1, score))];
  const reach = `${row.unit === "x" ? "≥" : "≤"} ${amount(String(row.reach), row.unit)}`;
  const middle = y + 15;
  const parts = [
    text(MARGIN, middle, "", row.name),
    `<rect class="bar${short}" x="${round(from)}" y="${y + 4}" width="${round(Math.max(2, to - from))}" height="14"/>`,
  ];
  if (row.stretch !== undefined) {
    const x = round(scale.x(scoreOf(row, row.stretch)));
    parts.push(`<line class="stretch" x1="${x}" x2="${x}" y1="${y + 2}" y2="${y + 20}"/>`);
  }
  if (score > scale.longest) parts.push(text(scale.right + 1, middle, "", "→"));
  parts.push(
    `<text class="${short.trim()}" x="${round(scale.right + 18)}" y="${middle}">${
      amount(figure(row.measured), row.unit)
    }` +
      `<tspan class="muted" dx="6">${reach}</tspan></text>`,
  );
  return parts;
}

/** Where factors from half of what is to be reached on stand. */
class LogScale {
  readonly #left: number;
  readonly #shortest: number;
  readonly longest: number;

  constructor(rows: readonly AimedRow[], left: number) {
    const scores = rows.map((row) => scoreOf(row, row.measured));
    this.#left = left;
    this.#shortest = 2 ** Math.min(-1, Math.floor(Math.log2(Math.min(...scores))));
    this.longest = Math.min(LONGEST, 2 ** Math.max(1, Math.ceil(Math.log2(Math.max(...scores)))));
  }

  get right(): number {
    return this.#left + BARS;
  }

  x(score: number): number {
    const share = Math.log2(Math.min(score, this.longest) / this.#shortest) / Math.log2(this.longest / this.#shortest);
    return this.#left + share * BARS;
  }

  draw(top: number, bottom: number): string[] {
    const parts: string[] = [];
    for (let factor = this.#shortest; factor <= this.longest; factor *= 2) {
      const x = round(this.x(factor));
      const name = factor === 1 ? "reach" : factor < 1 ? `1/${1 / factor}` : `${factor}×`;
      parts.push(
        `<line class="${factor === 1 ? "reach" : "grid"}" x1="${x}" x2="${x}" y1="${top + 8}" y2="${bottom}"/>`,
      );
      parts.push(`<text class="muted" x="${x}" y="${top + 2}" text-anchor="middle">${name}</text>`);
    }
    return parts;
  }
}

/** How many times better a figure is than what is to be reached. */
function scoreOf({ unit, reach }: AimedRow, value: number): number {
  if (unit === "x") return value / reach;
  return value <= 0 ? Infinity : reach / value;
}

function amount(value: string, unit: Row["unit"]): string {
  if (unit === "x" || unit === "of the time" || unit === "of the memory") return `${value}×`;
  return `${value} ${unit}`;
}

function text(x: number, y: number, style: string, content: string): string {
  return `<text class="${style}" x="${round(x)}" y="${y}">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
