import type { Arrow } from "./layers.ts";

/**
 * Finds import cycles by depth-first search: one for each import that leads back to a file on the current path.
 *
 * @returns Each cycle as `a.ts -> b.ts -> a.ts`. Empty if and only if the imports have no cycle.
 */
export function findCycles(arrows: readonly Arrow[]): string[] {
  const targets = Map.groupBy(arrows, ({ from }) => from);
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const to of new Set(targets.get(file)?.map(({ to }) => to))) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of targets.keys()) visit(file);
  return cycles;
}

/** The imports between directories; imports within one directory are left out. */
export function betweenDirectories(arrows: readonly Arrow[]): Arrow[] {
  return arrows.map(({ from, to }) => ({ from: directoryOf(from), to: directoryOf(to) }))
    .filter(({ from, to }) => from !== to);
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
