import type { Quota, Retention } from "../../../adapter.ts";
import type { Connection } from "./connection.ts";

/** The retention or the quota of each namespace in the file. At most one of them is present. */
export interface Bounds {
  readonly retention: Retention | undefined;
  readonly quota: Quota | undefined;
}

/** Reads the bounds of the file; `undefined` if the file stores none. */
export function readBounds(connection: Connection): Bounds | undefined {
  const json = connection.row("SELECT value FROM settings WHERE name = 'bounds'")?.[0] as string | undefined;
  if (json === undefined) return undefined;
  const { retention, quota } = JSON.parse(json) as Partial<Bounds>;
  return { retention, quota };
}

/** Writes bounds into the file, within a transaction. */
export function writeBounds(connection: Connection, bounds: Bounds): void {
  connection.run(
    "INSERT INTO settings (name, value) VALUES ('bounds', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    formatBounds(bounds),
  );
}

/** Formats bounds as JSON with sorted names, without absent members. Equal bounds give equal strings. */
export function formatBounds({ retention, quota }: Bounds): string {
  return JSON.stringify({ retention: sorted(retention), quota: sorted(quota) });
}

function sorted(bounds: Retention | Quota | undefined): object | undefined {
  return bounds && Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined).sort());
}
