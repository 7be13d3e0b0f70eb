import type { RecordedEvent } from "../events/recorded_event.ts";

/** An event and the events that it caused. */
export interface CausalityNode {
  /** The event, with its data. */
  readonly event: RecordedEvent;
  /**
   * The cause of the event:
   * - `"known"`: the event above it, of the same namespace;
   * - `"other-namespace"`: the event above it, of another namespace. The writer of the event chose the id of its cause, and
   *   ids are unique within a namespace only: it is a hint, and no proof;
   * - `"none"`: the event names no cause;
   * - `"missing"`: the event that it names is not in the result. That event is on another page, has expired, has another
   *   correlation id, or is of a namespace that was not read. It is missing too if several other namespaces have its id;
   * - `"cycle"`: the causes lead back to the event.
   */
  readonly cause: "known" | "other-namespace" | "none" | "missing" | "cycle";
  /** The events that it caused, in the given order. */
  readonly effects: readonly CausalityNode[];
}

/** The cause of an event: its kind, and the index of the causing event if that is found. */
interface Cause {
  readonly kind: CausalityNode["cause"];
  readonly index?: number;
}

/**
 * Arranges events by their causes, in time that is linear in the number of events.
 *
 * The cause of an event is the first event of its namespace whose id is its `causationId`. If there is none, it is the
 * event with that id in the only other namespace that has one. Where causes form a cycle, the first event of the cycle is a
 * root, so that each event is in the tree once.
 *
 * @param events In the order of the result. Two events may have the same id: the first one counts as the cause.
 * @returns The roots: events without a cause among the given ones.
 */
export function toCausalityTree(events: readonly RecordedEvent[]): CausalityNode[] {
  const causes = causesOf(events);
  cutCycles(causes);
  const effects = events.map((): CausalityNode[] => []);
  const roots: CausalityNode[] = [];
  for (const [i, event] of events.entries()) {
    const { kind, index } = causes[i]!;
    const siblings = index === undefined ? roots : effects[index]!;
    siblings.push({ event, cause: kind, effects: effects[i]! });
  }
  return roots;
}

function causesOf(events: readonly RecordedEvent[]): Cause[] {
  const indexes = new Map<string, Map<string, number>>();
  for (const [i, { id, namespace }] of events.entries()) {
    let ofId = indexes.get(id);
    if (ofId === undefined) indexes.set(id, ofId = new Map());
    if (!ofId.has(namespace)) ofId.set(namespace, i);
  }
  return events.map(({ namespace, metadata: { causationId } }): Cause => {
    if (causationId === undefined) return { kind: "none" };
    const found = indexes.get(causationId);
    const own = found?.get(namespace);
    if (own !== undefined) return { kind: "known", index: own };
    const [other] = found?.size === 1 ? found.values() : [];
    return other === undefined ? { kind: "missing" } : { kind: "other-namespace", index: other };
  });
}

/** Removes the cause of the first event of each cycle. */
function cutCycles(causes: Cause[]): void {
  /** The start of the walk that has reached an event first. */
  const reachedFrom: number[] = [];
  for (let start = 0; start < causes.length; start++) {
    let at: number | undefined = start;
    while (at !== undefined && reachedFrom[at] === undefined) {
      reachedFrom[at] = start;
      at = causes[at]!.index;
    }
    if (at === undefined || reachedFrom[at] !== start) continue;
    let first = at;
    for (let next = causes[at]!.index!; next !== at; next = causes[next]!.index!) first = Math.min(first, next);
    causes[first] = { kind: "cycle" };
  }
}
