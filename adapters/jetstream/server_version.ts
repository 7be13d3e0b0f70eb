/** Whether a server's version is at least this one; what is not a version is taken for the newest. */
export function isAtLeast(version: string | undefined, major: number, minor: number): boolean {
  const [, foundMajor, foundMinor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (foundMajor === undefined) return true;
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor);
}
