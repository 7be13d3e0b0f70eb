/** Set to repeat a run: the first seed. A test without permission to read it takes a random seed. */
const SEED_VARIABLE = "AETHER_SEED";

/** The seeds of random tests: one, or as many as `deno task simulate <seeds>` asks for. */
export const SEEDS: readonly number[] = makeSeeds(Deno.args[0] ?? "1");

function makeSeeds(count: string): number[] {
  if (!/^[1-9]\d{0,5}$/.test(count)) throw new Error(`Cannot run ${count} seeds: pass a number from 1 to 999999`);
  const isReadable = Deno.permissions.querySync({ name: "env", variable: SEED_VARIABLE }).state === "granted";
  const given = isReadable ? Deno.env.get(SEED_VARIABLE) : undefined;
  const first = Number(given ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  if (!Number.isInteger(first)) throw new Error(`Cannot use ${SEED_VARIABLE}=${given}: it must be an integer`);
  return Array.from({ length: Number(count) }, (_, index) => (first + index) >>> 0);
}

/** The name of a test with the seed that repeats it. */
export function withSeed(name: string, seed: number): string {
  return `${name} (${SEED_VARIABLE}=${seed})`;
}

/** Registers a random test for each seed. */
export function testSeeds(name: string, fn: (seed: number) => void | Promise<void>): void {
  for (const seed of SEEDS) Deno.test(withSeed(name, seed), () => fn(seed));
}
