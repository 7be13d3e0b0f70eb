/**
 * Appends commits of three events until it is killed, to four actors of its own and to an actor that all writers share.
 * Prints a line for each acknowledged commit.
 */
import { sqlite } from "@flowmade-one/aether/sqlite";

const [path, writer, durability] = Deno.args as [string, string, "disk" | "process"];
const backend = await sqlite({ path, durability });
const store = backend.store("t");
const encoder = new TextEncoder();

async function write(actorId: string): Promise<never> {
  while (true) {
    const expectedVersion = await store.latestVersion(actorId);
    const commitId = `${actorId}-${expectedVersion}`;
    const events = [1, 2, 3].map((n) => ({ type: "Made", data: { writer, version: expectedVersion + n } }));
    const { version } = await store.append(actorId, events, { expectedVersion, commitId });
    Deno.stdout.writeSync(encoder.encode(`${JSON.stringify({ actorId, expectedVersion, commitId, version })}\n`));
  }
}

async function writeShared(): Promise<never> {
  while (true) {
    const events = [1, 2, 3].map(() => ({ type: "Made", data: { writer } }));
    const { version, commitId } = await store.append("shared", events, { expectedVersion: "any" });
    Deno.stdout.writeSync(encoder.encode(`${JSON.stringify({ actorId: "shared", commitId, version })}\n`));
  }
}

const actors = Array.from({ length: 4 }, (_, i) => `${writer}.${i}`);
await Promise.all([...actors.map(write), writeShared()]);
