import type { Position } from "../base/position.ts";
import type { Log } from "../driver/log.ts";
import { comesAfter, logIdentityOf, offsetOf } from "../values/position.ts";
import type { LaneRecord } from "./lane_record.ts";

/**
 * Whether every event up to a position of the log is handled, skipped or parked. The marks of the lanes may belong to a
 * log that was created again since, or restored from an older copy.
 */
export async function haveLanesReached(
  log: Pick<Log, "latestCommit">,
  lanes: readonly LaneRecord[],
  position: Position,
  signal: AbortSignal,
): Promise<boolean> {
  if (!lanes.every((lane) => hasReached(lane, position))) return false;
  const last = await log.latestCommit(signal);
  return last !== undefined && last.identity === logIdentityOf(position) &&
    lanes.every(({ mark }) => offsetOf(mark!.position) <= last.offset);
}

function hasReached({ mark, failure }: LaneRecord, position: Position): boolean {
  return mark !== undefined && failure?.code !== "unknown-position" &&
    logIdentityOf(mark.position) === logIdentityOf(position) && !comesAfter(position, mark.position);
}
