/**
 * Rows as indented lines with aligned columns: numbers to the right, all others to the left.
 *
 * @param rows The first row is the heading. Numbers are formatted already.
 * @param numbers The columns with numbers, counted from 0.
 */
export function table(rows: readonly (readonly string[])[], numbers: readonly number[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      numbers.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
