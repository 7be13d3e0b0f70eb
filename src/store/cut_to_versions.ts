import type { Page } from "../driver/log.ts";

/** Cuts a page of one actor's events, in either direction, to a range of versions; both ends are inclusive. */
export function cutToVersions(page: Page, from: number, to: number): Page {
  const first = page[0]?.version ?? from;
  const last = page.at(-1)?.version ?? from;
  // Most pages are inside the range. Only the first and the last page of a read have to be cut.
  if (Math.min(first, last) >= from && Math.max(first, last) <= to) return page;
  return page.filter(({ version }) => version >= from && version <= to);
}
