const WHOLE = new Intl.NumberFormat("en-US");
const TENTHS = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "negative", // Formats -0.04 as "0.0".
});

/** Formats a whole number with commas: `4,000`. */
export function formatInteger(value: number): string {
  return WHOLE.format(value);
}

/** Formats a number with commas and one decimal: `9.3`. */
export function formatTenths(value: number): string {
  return TENTHS.format(value);
}

/** Wraps words into indented lines of at most 80 columns. */
export function paragraph(words: string): string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? " "} ${word}`;
    if (lines.length > 0 && longer.length <= 80) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}
