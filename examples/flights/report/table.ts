/**
 * Rows as indented lines with aligned columns: those of numbers to the right, all others to the left.
 *
 * @param rows The first is the heading. A number stands in its row as text already, in the form for people.
 * @param numbers Which columns hold numbers, from 0 on.
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
