const WHOLE = new Intl.NumberFormat("en-US");
const TENTHS = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "negative", // No "-0.0".
});

/** A whole number for people: `4,000`. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** A number for people to one decimal: `9.3`. */
export function tenths(value: number): string {
  return TENTHS.format(value);
}

/** A string as indented lines of at most 80 columns. */
export function paragraph(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? " "} ${word}`;
    if (lines.length > 0 && longer.length <= 80) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}
