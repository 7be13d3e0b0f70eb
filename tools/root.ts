/** The URL of the folder that contains deno.json. Tools use it and not the current directory. */
export const ROOT: URL = new URL("../", import.meta.url);

/** Converts a path relative to the root of the project into an absolute path of the operating system. */
export function inRoot(path: string): string {
  const { pathname } = new URL(path, ROOT);
  const decoded = decodeURIComponent(pathname);
  return Deno.build.os === "windows" ? decoded.slice(1).replaceAll("/", "\\") : decoded;
}
