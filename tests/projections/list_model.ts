import type { RecordedEvent } from "@flowmade-one/aether";
import type { Mark, ReadModel } from "@flowmade-one/aether/projections";

/** A read model that lists the events that it contains, as `actor@version`. A failed `apply` changes nothing. */
export class ListModel implements ReadModel {
  rows: string[] = [];
  stored: Mark | undefined;
  /** The number of events of each `apply` that succeeded. */
  readonly batches: number[] = [];
  clears = 0;
  /** Called in each `apply`, after the check of the mark. It may throw. */
  interfere: (events: readonly RecordedEvent[]) => void | Promise<void> = () => {};

  readonly mark = (): Mark | undefined => this.stored;

  readonly apply = async (events: readonly RecordedEvent[], mark: Mark, before: Mark | undefined): Promise<void> => {
    if (this.stored !== before) throw new Error("the mark has moved");
    await this.interfere(events);
    if (this.stored !== before) throw new Error("the mark has moved");
    this.rows.push(...events.map(({ actorId, version }) => `${actorId}@${version}`));
    this.batches.push(events.length);
    this.stored = mark;
  };

  readonly clear = (before: Mark): void => {
    if (this.stored !== before) return;
    this.clears++;
    this.rows = [];
    this.stored = undefined;
  };
}

/** A model without `clear`. */
export function withoutClear({ mark, apply }: ListModel): ReadModel {
  return { mark, apply };
}
