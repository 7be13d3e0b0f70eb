import type { Backend } from "@flowmade-one/aether";
import { table } from "./table.ts";

/** A table of the namespaces that two grants show: those with events that match the grant's pattern. */
export async function granted(backend: Backend, root: string): Promise<string[]> {
  const rows: string[][] = [];
  for (const pattern of [`${root}.arrivals`, `${root}.*`]) {
    const grant = backend.grant(pattern, { reason: "the demo's report" });
    const [first = "none", ...others] = (await Array.fromAsync(backend.namespaces(grant))).sort();
    rows.push([grant.pattern, first], ...others.map((namespace) => ["", namespace]));
  }
  return ["Namespaces that a grant shows", ...table([["pattern", "namespaces"], ...rows], [])];
}
