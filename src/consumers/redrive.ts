import type { ActorRange, Log } from "../driver/log.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { comesAfter } from "../values/position.ts";
import type { LaneProgress } from "./lane_progress.ts";

/** The parts that a redrive needs. */
export interface RedriveContext {
  readonly progress: LaneProgress;
  readonly isWanted: (event: RecordedEvent) => boolean;
  /** Handles an event. Returns whether the event is done. An event that is parked again counts as done. */
  readonly handle: (event: RecordedEvent) => boolean | Promise<boolean>;
  /** Called after a change of `progress`. Saves it now or with the next checkpoint. */
  readonly onProgress: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

/**
 * Handles the waiting events of a parked actor in order, up to the mark of the lane. The actor stays parked until its
 * last waiting event is done, so that a crash in between loses no event. If an event fails, the actor may be parked
 * again, which ends the redrive.
 */
export async function redriveActor(
  log: Pick<Log, "readActor">,
  actorId: string,
  context: RedriveContext,
  signal: AbortSignal,
): Promise<void> {
  const { progress } = context;
  const { version: from } = progress.parkedEntry(actorId)!;
  const range: ActorRange = { from, to: Number.MAX_SAFE_INTEGER, backwards: false, limit: Infinity };
  try {
    for await (const page of log.readActor(actorId, range, signal)) {
      for (const event of page) {
        if (event.version < from) continue;
        if (isAfterMark(event, progress)) return await unpark(actorId, context);
        if (!await redriveEvent(event, context)) return;
        if (signal.aborted) return;
      }
    }
  } catch (error) {
    if (!isAetherError(error, "events-expired")) throw error;
    progress.redriveFailed(actorId, error);
    context.report(error);
    return await context.onProgress();
  }
  await unpark(actorId, context);
}

/** Whether an event is after the mark of the lane. The lane then reads the event from the log itself. */
function isAfterMark({ position }: RecordedEvent, { position: markPosition }: LaneProgress): boolean {
  return markPosition === undefined || comesAfter(position, markPosition);
}

/**
 * Handles one waiting event.
 *
 * @returns Whether to continue with the next event.
 */
async function redriveEvent(event: RecordedEvent, context: RedriveContext): Promise<boolean> {
  const { progress, isWanted, handle, onProgress } = context;
  const { actorId } = event;
  if (isWanted(event)) {
    if (!await handle(event)) return false;
    if (!progress.parkedEntry(actorId)?.redrive) {
      await onProgress();
      return false;
    }
  }
  progress.waitsFrom(actorId, event.version + 1);
  await onProgress();
  return true;
}

async function unpark(actorId: string, { progress, onProgress }: RedriveContext): Promise<void> {
  progress.unpark(actorId);
  await onProgress();
}
