import { posix } from "node:path";

/** The files of a project, by their paths from its root. */
export interface ProjectFiles {
  readonly exists: (path: string) => boolean;
  readonly read: (path: string) => string;
  /** `publish.include` of deno.json: files and folders. */
  readonly include: readonly string[];
}

/** Whether a file or a folder is part of the published package. */
export function isPublished(path: string, include: readonly string[]): boolean {
  return include.some((included) => `${path}/`.startsWith(`${included}/`));
}

/**
 * Finds the relative links of a Markdown file that lead to no published file or to no heading. Returns their problems.
 */
export function brokenLinks(file: string, files: ProjectFiles): string[] {
  const prose = withoutCode(files.read(file));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    const problem = /^[a-z]+:/.test(link!) ? undefined : problemOf(link!, file, files);
    return problem === undefined ? [] : [`${link}: ${problem}`];
  });
}

function problemOf(link: string, file: string, files: ProjectFiles): string | undefined {
  const [target, heading] = link.split("#") as [string, string?];
  const path = target === "" ? file : posix.join(posix.dirname(file), target).replace(/\/$/, "");
  if (!files.exists(path)) return "no such file";
  if (!isPublished(path, files.include)) return "not published";
  if (heading !== undefined && !headings(files.read(path)).includes(heading)) return "no such heading";
  return undefined;
}

/** The anchors of a Markdown file's headings, as GitHub makes them. */
function headings(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```/gms, "");
}
