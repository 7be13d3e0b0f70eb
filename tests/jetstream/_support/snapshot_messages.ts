import type { NatsConnection } from "@nats-io/transport-node";
import { ask } from "./ask_server.ts";

/** The argument of `snapshots.put()`. */
export interface TestSnapshot {
  readonly version: number;
  readonly schema: number;
  readonly eventId: string;
  readonly state: unknown;
}

/** A snapshot at a version. */
export const at = (version: number, state: unknown): TestSnapshot => ({
  version,
  schema: 1,
  eventId: `e${version}`,
  state,
});

/** A random string, which compression makes hardly smaller. */
export function noise(length: number): string {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
  return new TextDecoder().decode(bytes.map((byte) => 32 + byte % 94));
}

/** The subjects in the snapshot stream of the namespace "t", sorted, without the prefix `aether.snapshots.t.`. */
export async function subjectsOf(connection: NatsConnection): Promise<string[]> {
  const { state } = await ask<{ state: { subjects?: Record<string, number> } }>(connection, "STREAM.INFO.t_snapshots", {
    subjects_filter: ">",
  });
  return Object.keys(state.subjects ?? {}).map((subject) => subject.replace("aether.snapshots.t.", "")).sort();
}

/**
 * Replaces the message of a snapshot by a damaged one.
 *
 * @param headers The header block; by default the message has no headers.
 */
export async function overwrite(
  connection: NatsConnection,
  subject: string,
  body: string | Uint8Array,
  headers?: string,
): Promise<void> {
  const bytes = headers === undefined ? undefined : new TextEncoder().encode(headers);
  const options: object = { timeout: 60_000, ...(bytes && { headers: { encode: () => bytes } }) };
  await connection.request(`aether.snapshots.t.${subject}`, body, options as { timeout: number });
}
