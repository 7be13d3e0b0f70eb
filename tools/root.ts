/** The folder that holds deno.json, with a slash at its end. Tools work on it wherever they were started from. */
export const ROOT: URL = new URL("../", import.meta.url);

/** A path inside the project, as the operating system writes it. */
export function inRoot(path: string): string {
  const { pathname } = new URL(path, ROOT);
  const decoded = decodeURIComponent(pathname);
  return Deno.build.os === "windows" ? decoded.slice(1).replaceAll("/", "\\") : decoded;
}
