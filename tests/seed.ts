/** What a setting says, if there is one and tests may see it: `deno task test --allow-env tests/pattern`. */
export function setting(name: string): string | undefined {
  const allowed = Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
  return allowed ? Deno.env.get(name) : undefined;
}

/** What this run draws its random cases from. A failure names it, and `AETHER_SEED=<n>` gives it back. */
export const SEED: number = Number(setting("AETHER_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
