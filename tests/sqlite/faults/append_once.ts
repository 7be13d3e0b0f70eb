/**
 * Appends one event to the file that the first argument names, and prints the new version of the actor. If the append
 * fails, prints the code of the error.
 */
import { isAetherError } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";

try {
  await using backend = await sqlite({ path: Deno.args[0]! });
  const { version } = await backend.store("t").append("a", [{ type: "Made", data: 1 }], { expectedVersion: "any" });
  console.log(version);
} catch (error) {
  if (!isAetherError(error)) throw error;
  console.log(error.code);
}
