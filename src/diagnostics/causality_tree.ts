import type { RecordedEvent } from "../events/recorded_event.ts";

/** An event and the events that it caused. */
export interface CausalityNode {
  /** The event, with its data. */
  readonly event: RecordedEvent;
  /**
   * The cause of the event:
   * - `"known"`: the event of the parent node, in the same namespace;
   * - `"other-namespace"`: the event of the parent node, in another namespace. This is a hint and no proof: the
   *   writer of the event chose the id of the cause, and ids are unique only within a namespace;
   * - `"none"`: the event has no `causationId`;
   * - `"missing"`: the result does not contain the event that is named as the cause. That event is on another page, has
   *   expired, has another correlation id, or is in a namespace that was not read. The cause is also missing if several
   *   other namespaces have an event with that id;
   * - `"cycle"`: the event is the first event of a cycle of causes.
   */
  readonly cause: "known" | "other-namespace" | "none" | "missing" | "cycle";
  /** The events that the event caused, in the order of the result. */
  readonly effects: readonly CausalityNode[];
}

/** The kind of an event's cause, and the index of the causing event if it was found. */
interface Cause {
  readonly kind: CausalityNode["cause"];
  readonly index?: number;
}

/**
 * Arranges events by their causes, in time that is linear in the number of events.
 *
 * The cause of an event is the first event of its namespace whose id equals its `causationId`. If its namespace has no
 * such event, and exactly one other namespace has one, that event is the cause. If causes form a cycle, the first
 * event of the cycle becomes a root, so that each event is in the tree once.
 *
 * @param events The events in the order of the result. Two events may have the same id: the first of them counts as the
 * cause.
 * @returns The roots: the events whose cause is not among the given events.
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
  /** For each event that a walk has visited: the index of the event at which that walk began. */
  const visitedFrom: number[] = [];
  for (let start = 0; start < causes.length; start++) {
    let at: number | undefined = start;
    while (at !== undefined && visitedFrom[at] === undefined) {
      visitedFrom[at] = start;
      at = causes[at]!.index;
    }
    if (at === undefined || visitedFrom[at] !== start) continue;
    let first = at;
    for (let next = causes[at]!.index!; next !== at; next = causes[next]!.index!) first = Math.min(first, next);
    causes[first] = { kind: "cycle" };
  }
}
