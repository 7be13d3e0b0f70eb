import { type Page, parseCommit, recordCommit } from "../../../adapter.ts";
import { CorruptDataError } from "../../../errors.ts";
import { keyOf, OFFSET } from "../database/schema.ts";
import type { LogState } from "./log_state.ts";

/** Maximum commits of one page. Reading a page blocks the event loop. */
export const MAX_PAGE_COMMITS = 256;

/** Maximum bytes of the bodies in one page, unless one commit alone has more. */
export const MAX_PAGE_BYTES = 2_000_000;

/**
 * Maximum bytes of a body that a query of several commits reads. Larger bodies are read one by one, so that such a
 * query reads at most this number of bytes times {@link MAX_PAGE_COMMITS}.
 */
const MAX_INLINE_BYTES = 16_384;

/** The columns of a {@link StoredCommit}. SQLite returns the size of a body without reading the body. */
export const COMMIT_COLUMNS = `${OFFSET}, actor, first_version, last_version, commit_id, latest_time,
  octet_length(body), CASE WHEN octet_length(body) <= ${MAX_INLINE_BYTES} THEN body END`;

/** A row of the table `commits`. */
export type StoredCommit = readonly [
  offset: number,
  actorId: string,
  firstVersion: number,
  lastVersion: number,
  commitId: string,
  latestTime: number,
  bytes: number,
  /** `null` if the body is larger than {@link MAX_INLINE_BYTES}. */
  body: string | null,
];

const BODY = `SELECT body FROM commits WHERE log_key = ${keyOf("?", "?")}`;

/** The rows that fit into one page, from the first on. */
export function cutToPageBytes(rows: readonly StoredCommit[]): readonly StoredCommit[] {
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    total += rows[i]![6];
    if (total > MAX_PAGE_BYTES && i > 0) return rows.slice(0, i);
  }
  return rows;
}

/**
 * The recorded events of a stored commit.
 *
 * @returns `undefined` if the row has a large body and another process has deleted the row since.
 * @throws {CorruptDataError} If the body cannot be decoded.
 */
export function toEvents(log: LogState, row: StoredCommit): Page | undefined {
  const [offset, actorId, firstVersion, lastVersion, commitId, , , inlineBody] = row;
  const body = inlineBody ?? log.file.connection.row(BODY, log.id!, offset)?.[0] as string | undefined;
  if (body === undefined) return undefined;
  try {
    const content = parseCommit(body);
    const { length } = content.events;
    if (length !== lastVersion - firstVersion + 1) throw new TypeError(`it has ${length} events`);
    return recordCommit(log.key, { actorId, id: commitId, ...content }, firstVersion, offset);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new CorruptDataError(
      `Cannot read commit ${offset} of "${actorId}" in namespace "${log.namespace}": ${cause.message}. Restore the ` +
        `file from a backup`,
      { namespace: log.namespace },
      { cause },
    );
  }
}
