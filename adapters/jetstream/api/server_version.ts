/** Whether a server's version is at least the given one. A string that is not a version counts as the newest. */
export function isAtLeast(version: string | undefined, major: number, minor: number, patch = 0): boolean {
  const [, ...found] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
  if (found.length === 0) return true;
  for (const [i, wanted] of [major, minor, patch].entries()) {
    const part = Number(found[i] ?? 0);
    if (part !== wanted) return part > wanted;
  }
  return true;
}
