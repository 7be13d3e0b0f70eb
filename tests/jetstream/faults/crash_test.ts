/** Appends and subscriptions whose server crashes, freezes, or is cut off. */
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";
import { runWorkloadDuringFault } from "../_support/run_workload_during_fault.ts";

const RECONNECT = { reconnectTimeWait: 20, maxReconnectAttempts: -1, noAsyncTraces: true };
const TIMEOUT = { timeout: 20_000 };

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "append() and subscribe() lose and repeat no commit when the server is killed and restarted",
    async ({ server, connect }) => {
      await using writing = await jetstream({ connection: await connect(RECONNECT), ...TIMEOUT });
      await using following = await jetstream({ connection: await connect(RECONNECT), ...TIMEOUT });
      await runWorkloadDuringFault(writing.store("t"), following.store("t"), async () => {
        await server.kill9();
        await server.restart();
      });
    },
    { version },
  );

  await testOnServer(
    "append() and subscribe() lose and repeat no commit when the server freezes and continues",
    async ({ server, connect }) => {
      // The server continues only after requests have timed out, so that the same commit message is sent again.
      await using writing = await jetstream({ connection: await connect(RECONNECT), timeout: 1_000 });
      await using following = await jetstream({ connection: await connect(RECONNECT), ...TIMEOUT });
      await runWorkloadDuringFault(writing.store("t"), following.store("t"), async (ledger) => {
        await server.suspend();
        while (!ledger.errors.has("outcome-unknown")) await new Promise((resolve) => setTimeout(resolve, 20));
        server.resume();
      });
    },
    { version },
  );
}

await testOnServer(
  "append() and subscribe() lose and repeat no commit when the connection is cut between publish and acknowledgement",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    const via = { ...RECONNECT, servers: proxy.url };
    await using writing = await jetstream({ connection: await connect(via), ...TIMEOUT });
    await using following = await jetstream({ connection: await connect(via), ...TIMEOUT });
    await runWorkloadDuringFault(writing.store("t"), following.store("t"), async (ledger) => {
      for (let round = 0; round < 12; round++) {
        const done = Promise.withResolvers<void>();
        let skipped = round % 5;
        proxy.onRequest = (text) => {
          if (!text.includes("HPUB aether.log.t.") || skipped-- > 0) return;
          proxy.onRequest = () => {};
          const finish = () => {
            proxy.cut();
            done.resolve();
          };
          // By turns: the acknowledgement is lost with the connection, is delayed and then lost, or is only delayed.
          if (round % 3 === 0) return proxy.loseAnswers(finish);
          proxy.holdAnswers(50);
          if (round % 3 === 1) return void setTimeout(finish, 20);
          done.resolve();
        };
        await done.promise;
        await ledger.more(10);
      }
      assert(ledger.size > 100);
    });
  },
);
