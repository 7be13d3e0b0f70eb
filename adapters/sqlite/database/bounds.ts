import { checkBounds, checkOptions, type Quota, type Retention } from "../../../adapter.ts";
import type { Connection } from "./connection.ts";
import { DamagedFileError } from "./failure.ts";

/** The retention or the quota of each namespace in the file. At most one of them is present. */
export interface Bounds {
  readonly retention: Retention | undefined;
  readonly quota: Quota | undefined;
}

/**
 * Reads the bounds of the file.
 *
 * @throws {DamagedFileError} If the file has no bounds, or its bounds are invalid.
 */
export function readBounds(connection: Connection): Bounds {
  const json = connection.row("SELECT value FROM settings WHERE name = 'bounds'")?.[0];
  if (json === undefined) throw new DamagedFileError("its bounds are missing");
  try {
    const bounds: Bounds = JSON.parse(json as string);
    checkOptions(bounds, new Set(["retention", "quota"]), "the file");
    return checkBounds(bounds.retention, bounds.quota);
  } catch (cause) {
    throw new DamagedFileError("its bounds are invalid", { cause });
  }
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
