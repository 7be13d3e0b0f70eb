/**
 * Formats rows as indented lines with aligned columns.
 *
 * @param rows All rows with the heading first. All cells are formatted.
 * @param rightAligned The indexes of right-aligned columns. All other columns are left-aligned.
 */
export function table(rows: readonly (readonly string[])[], rightAligned: readonly number[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      rightAligned.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
