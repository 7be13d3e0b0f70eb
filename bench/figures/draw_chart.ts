import { type Bar, inWords } from "./bars.ts";

/** Colors for one theme of the page that shows the chart. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly faster: string;
  readonly slower: string;
}

export const LIGHT: Theme = {
  text: "#1f2328",
  muted: "#59636e",
  line: "#d1d9e0",
  faster: "#2f81c7",
  slower: "#d9730d",
};
export const DARK: Theme = {
  text: "#e6edf3",
  muted: "#9198a1",
  line: "#3d444d",
  faster: "#4493f8",
  slower: "#e8893a",
};

/** Lengths in pixels: of the chart, of the columns of labels and bars, of one row, and of the space above the rows. */
const WIDTH = 920;
const LABELS = 320;
const BARS = 280;
const ROW = 26;
const TOP = 44;

/**
 * Draws bars on both sides of a line, on a logarithmic scale. Operations with bars to the right are faster than their
 * reference, and operations with bars to the left cost more.
 *
 * @param source Machine and date of the figures.
 * @returns An SVG without a background and without a font of its own.
 */
export function drawChart(bars: readonly Bar[], source: string, theme: Theme): string {
  const x = scaleOf(bars);
  const bottom = TOP + bars.length * ROW;
  const height = bottom + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escape(bars.map((bar) => `${bar.label}: ${inWords(bar)}`).join("; "))}</title>`,
    `<style>text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: ${theme.text}; }</style>`,
    `<text x="${x(1) - 8}" y="20" text-anchor="end" style="fill: ${theme.slower}">costs more</text>`,
    `<text x="${x(1) + 8}" y="20" style="fill: ${theme.faster}">faster</text>`,
    ...bars.flatMap((bar, index) => drawBar(bar, TOP + index * ROW, x, theme)),
    `<line x1="${x(1)}" x2="${x(1)}" y1="30" y2="${bottom}" stroke="${theme.line}"/>`,
    `<text x="0" y="${bottom + 20}" style="fill: ${theme.muted}; font-size: 12px">${
      escape(source)
    }; logarithmic scale</text>`,
    `</svg>`,
    "",
  ].join("\n");
}

function drawBar(bar: Bar, y: number, x: (factor: number) => number, theme: Theme): string[] {
  const [left, right] = [Math.min(x(bar.factor), x(1)), Math.max(x(bar.factor), x(1))];
  const color = bar.factor >= 1 ? theme.faster : theme.slower;
  return [
    `<text x="0" y="${y + 14}">${escape(bar.label)}</text>`,
    `<rect x="${left}" y="${y + 2}" width="${Math.max(1, right - left)}" height="16" rx="2" fill="${color}"/>`,
    `<text x="${LABELS + BARS + 14}" y="${y + 14}">${escape(inWords(bar))}</text>`,
  ];
}

/** The horizontal position of a factor. */
function scaleOf(bars: readonly Bar[]): (factor: number) => number {
  const logs = [0, ...bars.map(({ factor }) => Math.log(factor))];
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  return (factor) => Math.round(LABELS + BARS * (Math.log(factor) - least) / (most - least || 1));
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
