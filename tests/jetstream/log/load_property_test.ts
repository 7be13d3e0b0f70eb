import { jetstream } from "@flowmade-one/aether/jetstream";
import { SEEDS, withSeed } from "../../_support/seeds.ts";
import { checkLoads, NAMESPACE } from "../../state/load_property.ts";
import { ask } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";

for (const seed of SEEDS) {
  await testOnServer(
    withSeed("load() returns the state that the actor's events produce, with any faults of snapshots", seed),
    async ({ connect }) => {
      const connection = await connect();
      const subject = (actorId: string, version: number) =>
        `aether.snapshots.${NAMESPACE}.${actorId}.${version}.manifest.0`;
      const stream = `${NAMESPACE}_snapshots`;
      await checkLoads({
        seed,
        open: async () => ({
          backend: await jetstream({ connection }),
          async damage(actorId, version) {
            // Without a stream, which the first snapshot creates, the request has no responder.
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
}
