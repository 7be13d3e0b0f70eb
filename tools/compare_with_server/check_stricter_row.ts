import type { Difference } from "./find_differences.ts";
import { probePattern, probeSubject } from "./probe_server.ts";
import { isSubject, type StricterRow } from "./stricter_rows.ts";

/** Holds a row of the table against the server and against the parse function. */
export async function checkStricterRow(port: number, row: StricterRow): Promise<Difference[]> {
  const does = isSubject(row) ? await probeSubject(port, row.text) : await probePattern(port, row.text, row.decoy);
  const differences: Difference[] = [];
  const note = (who: string, server: string, aether: string) =>
    differences.push({ who, pattern: row.text, subject: row.decoy ?? "", server, aether });
  if (does !== row.server) note("stricter rows", does, `we wrote: ${row.server}`);
  const refusal = refusalOf(row);
  if (!refusal.includes(row.says)) note(row.parse.name, does, refusal);
  return differences;
}

/** What the parse function says against the text. */
function refusalOf({ parse, text }: StricterRow): string {
  try {
    parse(text);
    return "accepts it";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
