/** What every failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws an {@link AssertionError} that says `statement`, and after it the caller's own `msg` if there is one. */
export function failWith(statement: string, msg: string | undefined, detail = ""): never {
  throw new AssertionError(`${statement}${msg ? `: ${msg}` : "."}${detail}`);
}

/** A value as a failure message shows it. */
export function show(value: unknown): string {
  return Deno.inspect(value, { depth: 20, sorted: true, trailingComma: true, strAbbreviateSize: 10_000 });
}
