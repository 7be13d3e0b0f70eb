/**
 * Returns a random UUID, version 4. Browsers offer `crypto.randomUUID` in secure contexts only. This function works
 * everywhere.
 *
 * @example
 * ```ts
 * import { randomId } from "@flowmade-one/aether/adapter";
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(randomId(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
 * ```
 */
export function randomId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6]! & 0x0f | 0x40; // Version 4.
  bytes[8] = bytes[8]! & 0x3f | 0x80; // The variant of RFC 9562.
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
