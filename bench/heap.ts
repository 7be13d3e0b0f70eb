const { gc } = globalThis as { readonly gc?: () => void };

/** Collects garbage, so that what follows pays for no garbage but its own. */
export function collectGarbage(): void {
  if (gc === undefined) throw new Error("Cannot collect garbage: start it by `deno task bench`, which exposes gc");
  gc();
}

/** Bytes that are in use, on V8's heap and in array buffers. */
export function liveBytes(): number {
  for (let i = 0; i < 4; i++) collectGarbage();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
