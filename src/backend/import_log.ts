import { quote } from "../base/quote.ts";
import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { checkCommitSize } from "../commits/check_commit_size.ts";
import type { Commit } from "../commits/commit.ts";
import type { Driver } from "../driver/driver.ts";
import type { Log } from "../driver/log.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { parseNamespace } from "../values/parse_namespace.ts";
import { parsePosition } from "../values/position.ts";
import { compareCommits } from "./compare_commits.ts";
import { copyRecords, refuseForeignRecords } from "./copy_records.ts";
import { copySnapshots } from "./copy_snapshots.ts";
import { readCommits, type RecordedCommit } from "./read_commits.ts";

/** Options of {@link importLog}. */
export interface ImportLogOptions {
  /** The namespace whose log is imported. */
  readonly namespace: string;
  /**
   * Positions of events in the source, such as stored positions of readers. The result contains the positions of these
   * events in the target.
   */
  readonly positions?: readonly Position[] | undefined;
  /** Aborts the import. A later call can continue it. */
  readonly signal?: AbortSignal | undefined;
}

/** The content of the target after an import. */
export interface ImportedLog {
  /** The number of commits of the log. */
  readonly commits: number;
  /** The number of events of the log. */
  readonly events: number;
  /**
   * The number of commits that this call appended. It is smaller than `commits` if the call continued an earlier
   * import.
   */
  readonly appended: number;
  /** The number of snapshots of the log's actors. */
  readonly snapshots: number;
  /** The number of records of the namespace. */
  readonly records: number;
  /**
   * The positions of the last event: `from` in the source, `to` in the target. `undefined` for a log without events.
   */
  readonly end: { readonly from: Position; readonly to: Position } | undefined;
  /**
   * Maps each given position in the source to the position of the same event in the target. The map does not contain a
   * given position that no event of the source has.
   */
  readonly positions: ReadonlyMap<Position, Position>;
}

const OPTIONS: ReadonlySet<string> = new Set(["namespace", "positions", "signal"]);

/**
 * Copies the log of a namespace from one storage to another, with its snapshots and records. Commits keep their order,
 * ids and times; events keep their ids and versions. Positions change, because a position names its log.
 *
 * At the end, the call compares source and target completely. A second call continues an interrupted import, or adds
 * the commits that the source has received since. The target may contain only events of earlier imports from this
 * source. No other process may append to the target. A record of the source replaces the target's record of the same
 * key. A record that the source does not have is deleted in the target; if the target has no events, the call refuses
 * such a record.
 *
 * @param from The driver of the source.
 * @param to The driver of the target.
 * @param options See {@link ImportLogOptions}.
 * @throws {EventsExpiredError} If the oldest events of the source have expired: the other events could not keep their
 * versions. Nothing was imported.
 * @throws {InvalidArgumentError} If an option is invalid, the commits of the target are not the first commits of the
 * source, or the target has records but no commits, and the source does not have these records.
 * @throws {InvalidNamespaceError} If `namespace` is not a namespace.
 * @throws {TooLargeError} If a commit is too large for the target.
 * @throws {QuotaExceededError} If the target is full.
 * @throws {UnavailableError} If a storage did not answer. Call `importLog` again to continue.
 * @throws {OutcomeUnknownError} If it is unknown whether a commit was stored. Call `importLog` again to continue.
 *
 * @example From SQLite to memory
 * ```ts ignore
 * import { importLog } from "@flowmade-one/aether/adapter";
 * import { memoryDriver } from "@flowmade-one/aether/memory";
 * import { sqliteDriver } from "@flowmade-one/aether/sqlite";
 *
 * const from = await sqliteDriver({ path: "events.db" });
 * const to = memoryDriver();
 * for await (const namespace of from.namespaces()) {
 *   const { events, end } = await importLog(from, to, { namespace });
 *   console.log(namespace, events, end);
 * }
 * await from.close();
 * ```
 */
export async function importLog(from: Driver, to: Driver, options: ImportLogOptions): Promise<ImportedLog> {
  checkOptions(options, OPTIONS, "importLog");
  const { positions = [], signal } = options;
  const namespace = parseNamespace(options.namespace);
  if (!Array.isArray(positions)) refuseArgument("positions", "an array of positions", positions);
  positions.forEach(parsePosition);
  checkSignalOption(signal);
  signal?.throwIfAborted();
  const logs = { namespace, source: from.open(namespace), target: to.open(namespace) };
  await refuseForeignRecords(logs, signal);
  const imported = await appendMissing(logs, to.capabilities.maxCommitBytes, signal);
  const compared = await compareLogs(logs, new Set(positions), signal);
  checkCount(namespace, compared.commits, imported.commits);
  const { source, target } = logs;
  const snapshots = await copySnapshots(source, target, compared.actorIds, signal);
  const records = await copyRecords(source, target, signal);
  const { commits, events, end, positions: translated } = compared;
  return { commits, events, appended: imported.appended, snapshots, records, end, positions: translated };
}

interface Logs {
  readonly namespace: Namespace;
  readonly source: Log;
  readonly target: Log;
}

/** Appends the commits that the target lacks. */
async function appendMissing(
  { namespace, source, target }: Logs,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly commits: number; readonly appended: number }> {
  const stored = readCommits(target, signal);
  let [commits, appended] = [0, 0];
  try {
    for await (const commit of readCommits(source, signal)) {
      const existing = appended > 0 ? undefined : (await stored.next()).value;
      commits++;
      if (existing !== undefined) {
        compareCommits(namespace, commit, existing);
      } else {
        await append(namespace, target, commit, maxBytes, signal);
        appended++;
      }
    }
    return { commits, appended };
  } finally {
    await stored.return();
  }
}

async function append(
  namespace: Namespace,
  target: Log,
  events: RecordedCommit,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [{ actorId, commitId: id, timestamp, version }] = events;
  const commit: Commit = { actorId, expectedVersion: version - 1, id, timestamp, events };
  checkCommitSize("import", actorId, commit, Infinity, maxBytes);
  const outcome = await target.append(commit, signal);
  if (outcome.ok) return;
  throw new InvalidArgumentError(
    `Cannot import version ${version} of ${quote(actorId)} in namespace "${namespace}": the actor is at version ` +
      `${outcome.actual} in the target. Stop the process that appends to the target`,
    { argument: "to" },
  );
}

/** The content of the target, which equals the content of the source. */
interface Comparison {
  readonly commits: number;
  readonly events: number;
  readonly actorIds: ReadonlySet<string>;
  readonly end: ImportedLog["end"];
  /** See {@link ImportedLog.positions}. */
  readonly positions: ReadonlyMap<Position, Position>;
}

/** Throws if the target has lost commits, such as by a retention. */
function checkCount(namespace: Namespace, remaining: number, imported: number): void {
  if (remaining >= imported) return;
  throw new InvalidArgumentError(
    `Cannot import into namespace "${namespace}": the target contains ${remaining} of ${imported} commits. Import ` +
      `into a storage that keeps all commits`,
    { argument: "to" },
  );
}

/** Compares both logs completely. Ignores commits that were appended to the source during the import. */
async function compareLogs(
  { namespace, source, target }: Logs,
  wanted: ReadonlySet<Position>,
  signal: AbortSignal | undefined,
): Promise<Comparison> {
  const originals = readCommits(source, signal);
  const actorIds = new Set<string>();
  const positions = new Map<Position, Position>();
  let [commits, events] = [0, 0];
  let end: ImportedLog["end"];
  for await (const copy of readCommits(target, signal)) {
    const original = (await originals.next()).value ?? undefined;
    compareCommits(namespace, original, copy);
    commits++;
    events += copy.length;
    actorIds.add(copy[0].actorId);
    for (const [i, { position }] of original!.entries()) {
      end = { from: position, to: copy[i]!.position };
      if (wanted.has(position)) positions.set(position, copy[i]!.position);
    }
  }
  await originals.return();
  return { commits, events, actorIds, end, positions };
}
