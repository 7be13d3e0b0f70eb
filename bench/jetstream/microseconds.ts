import { figure } from "../report.ts";
import type { Measured } from "../measure.ts";

/** Median microseconds of one operation of a candidate, as a string. */
export function microseconds(measured: Measured, name: string): string {
  return figure(measured.nanoseconds(name) / 1_000);
}
