import { figure, type Row } from "../report.ts";

/** One bar of the chart in the README. */
export interface Bar {
  /** The operation. */
  readonly label: string;
  /** The library or the operation that it is compared with. */
  readonly reference: string;
  /** How many times as fast as the reference. Below 1, the operation is slower. */
  readonly factor: number;
}

/** The rows of the chart, each with its label and the name of its reference: `[row, label, reference]`. */
export const CHARTED: readonly (readonly [row: string, label: string, reference: string])[] = [
  ["100,000 patterns: same 256 strings vs qlobber", "Match a known subject, 100,000 patterns", "qlobber"],
  ["100,000 patterns: cold vs qlobber", "Match a new subject, 100,000 patterns", "qlobber"],
  ["one compiled pattern: * vs split and compare", "Match one pattern with a wildcard", "splitting and comparing"],
  ["commits of 10 events, one writer: vs 10 publishes, each awaited", "JetStream: append 10 events", "10 publishes"],
  ["append to 2,000 actors of 1 event: vs Emmett, in memory", "Memory: append an event", "Emmett"],
  ["append to 2,000 actors of 1 event: vs Castore, in memory", "Memory: append an event", "Castore"],
  [
    "commits of 1 event, one writer: vs js.publish as an application writes it",
    "JetStream: append an event",
    "a publish written by hand",
  ],
  [
    "load, on JetStream: 1,000,000 events by their snapshot / 100 events without a snapshot",
    "JetStream: load 1,000,000 events by snapshot",
    "replaying 100 events",
  ],
  ["read 1,000 events: toArray() / slice in an async function", "Memory: read 1,000 events", "slicing an array"],
  [
    "replay 100,000 one-event commits: for await vs an ordered push consumer of nats.js, not decoded",
    "JetStream: replay 100,000 events",
    "receiving raw messages",
  ],
];

/**
 * The bars of the chart, the longest first.
 *
 * @throws {Error} If one of the charted rows is missing.
 */
export function barsOf(rows: readonly Row[]): Bar[] {
  return CHARTED.map(([name, label, reference]) => {
    const row = rows.find((row) => `${row.group}: ${row.name}` === name);
    if (row === undefined) throw new Error(`Cannot draw the chart: there is no row "${name}". Run all groups`);
    return { label, reference, factor: row.unit === "x" ? row.measured : 1 / row.measured };
  }).sort((a, b) => b.factor - a.factor);
}

/** A bar in words: `58.0 times faster than qlobber`. */
export function inWords({ factor, reference }: Bar): string {
  return factor >= 1
    ? `${figure(factor)} times faster than ${reference}`
    : `${figure(1 / factor)} times the cost of ${reference}`;
}
