import { jetstream } from "@flowmade-one/aether/jetstream";
import { checkLoads, NAMESPACE } from "../state/load_property.ts";
import { ask } from "./ask_server.ts";
import { testOnServer } from "./test_server.ts";

await testOnServer(
  "an actor that is loaded is what its events make of it, whatever became of its snapshots",
  async ({ connect }) => {
    const connection = await connect();
    const subject = (actorId: string, version: number) =>
      `aether.snapshots.${NAMESPACE}.${actorId}.${version}.manifest.0`;
    const stream = `${NAMESPACE}_snapshots`;
    await checkLoads({
      open: async () => ({
        backend: await jetstream({ connection }),
        async damage(actorId, version) {
          // Nobody answers before the first snapshot was kept.
          await connection.request(subject(actorId, version), "{", { timeout: 60_000 }).catch(() => {});
        },
        async drop(actorId, version) {
          await ask(connection, `STREAM.PURGE.${stream}`, { filter: subject(actorId, version) });
        },
      }),
      runs: 40,
      maxSteps: 20,
    });
  },
);
