/** What becomes of appends and subscriptions when a cluster loses the server that leads their stream. */
import { jetstream } from "@flowmade-one/aether/jetstream";
import type { NatsServer } from "../../tools/nats_server.ts";
import { clusterOfThree, type ClusterScene } from "./test_cluster.ts";
import { workThrough } from "./work_through.ts";

const tests = await clusterOfThree();

/** Work in a namespace, and something that is done to the leader of its stream meanwhile. */
async function workWhile(
  { connect, leaderOf }: ClusterScene,
  namespace: string,
  fault: (leader: NatsServer) => Promise<void>,
): Promise<void> {
  const options = { replicas: 3, timeout: 10_000 };
  await using writing = await jetstream({ connection: await connect(), ...options });
  await using following = await jetstream({ connection: await connect(), ...options });
  await workThrough(writing.store(namespace), following.store(namespace), async () => {
    await fault(await leaderOf(`${namespace}_events`));
  });
}

tests.test("a leader that is killed takes no commit with it, and none comes twice", async (scene) => {
  await workWhile(scene, "killed", async (leader) => {
    await leader.kill9();
    await scene.leaderOf("killed_events", leader);
    await leader.restart();
  });
});

tests.test("a leader that freezes and thaws takes no commit with it, and none comes twice", async (scene) => {
  await workWhile(scene, "frozen", async (leader) => {
    await leader.suspend();
    await scene.leaderOf("frozen_events", leader);
    leader.resume();
  });
});

tests.test("one leader after another is told to step down, and nothing is lost or comes twice", async (scene) => {
  const admin = await scene.connect();
  await workWhile(scene, "moved", async (leader) => {
    for (let round = 0; round < 3; round++) {
      const before = leader;
      // Said again until another leads: amid an election nobody answers, and the one before may be elected again.
      while ((leader = await scene.leaderOf("moved_events")) === before) {
        await admin.request("$JS.API.STREAM.LEADER.STEPDOWN.moved_events", "", { timeout: 5_000 }).catch(() => {});
      }
    }
  });
});
