import type { RecordedEvent } from "../events/recorded_event.ts";

/** An event and the events that it caused. */
export interface CausalityNode {
  /** The event, with its data. */
  readonly event: RecordedEvent;
  /**
   * The cause of the event: `"known"`: the event above it. `"none"`: it names no cause. `"missing"`: it names an event that
   * was not found: one of another namespace, or before `after`, or expired. `"cycle"`: the causes lead back to the event.
   */
  readonly cause: "known" | "none" | "missing" | "cycle";
  /** The events that it caused, in the given order. */
  readonly effects: readonly CausalityNode[];
}

/** A node while the tree is built. */
interface OpenNode extends CausalityNode {
  cause: CausalityNode["cause"];
  readonly effects: OpenNode[];
}

/**
 * Arranges events by their causes.
 *
 * The cause of an event is the first one whose id is its `causationId`. Where causes form a cycle, the first event of the
 * cycle is a root, so that each event is in the tree once.
 *
 * @param events In the order of the result. Two events may have the same id: the first one counts as the cause.
 * @returns The roots: events without a cause among the given ones.
 */
export function toCausalityTree(events: readonly RecordedEvent[]): CausalityNode[] {
  const nodes = events.map((event): OpenNode => ({ event, cause: "none", effects: [] }));
  const byId = new Map<string, OpenNode>();
  for (const node of nodes) if (!byId.has(node.event.id)) byId.set(node.event.id, node);
  const causes = new Map(nodes.map((node) => [node, causeOf(node, byId)]));
  const roots: OpenNode[] = [];
  for (const node of nodes) {
    const cause = causes.get(node);
    if (cause === undefined) {
      node.cause = node.event.metadata.causationId === undefined ? "none" : "missing";
      roots.push(node);
    } else if (leadsTo(cause, node, causes)) {
      node.cause = "cycle";
      causes.set(node, undefined);
      roots.push(node);
    } else {
      node.cause = "known";
      cause.effects.push(node);
    }
  }
  return roots;
}

function causeOf({ event }: OpenNode, byId: ReadonlyMap<string, OpenNode>): OpenNode | undefined {
  const { causationId } = event.metadata;
  return causationId === undefined ? undefined : byId.get(causationId);
}

/** Whether the chain of causes that begins with a node contains another one. */
function leadsTo(
  from: OpenNode,
  node: OpenNode,
  causes: ReadonlyMap<OpenNode, OpenNode | undefined>,
): boolean {
  const seen = new Set<OpenNode>();
  for (let next: OpenNode | undefined = from; next !== undefined && !seen.has(next); next = causes.get(next)) {
    if (next === node) return true;
    seen.add(next);
  }
  return false;
}
