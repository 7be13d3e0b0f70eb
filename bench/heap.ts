const { gc } = globalThis as { readonly gc?: () => void };

/** Collects garbage, so that the next measurement does not include the garbage of earlier code. */
export function collectGarbage(): void {
  if (gc === undefined) {
    throw new Error("Cannot collect garbage: V8 does not expose gc. Start the benches with `deno task bench`");
  }
  gc();
}

/** Bytes that are in use, on V8's heap and in array buffers. */
export function liveBytes(): number {
  for (let i = 0; i < 4; i++) collectGarbage();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
