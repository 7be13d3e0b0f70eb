import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import {
  NATS_SERVER_VERSIONS,
  natsServerForTests,
  startNatsCluster,
  startNatsServer,
} from "../../../tools/nats_server.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { processState } from "../../../tools/nats/process_state.ts";

const found = await natsServerForTests();
const ignore = "skip" in found;
const binary = "skip" in found ? undefined : found.binary;

for (const version of NATS_SERVER_VERSIONS) {
  const ofVersion = await natsServerForTests(version);
  Deno.test({
    name: `startNatsServer() starts nats-server ${version} with JetStream, on 127.0.0.1 only`,
    ignore: "skip" in ofVersion,
    async fn() {
      await using server = await startNatsServer({ version });
      await using connection = await connected(server.url);
      assertEquals(server.url, `nats://127.0.0.1:${server.port}`);
      assertEquals(connection.info?.host, "127.0.0.1");
      await (await jetstreamManager(connection)).streams.add({ name: "kept", subjects: ["kept"] });
      assertEquals((await jetstream(connection).publish("kept", "a")).seq, 1);
    },
  });
}

Deno.test({
  name: "startNatsServer() starts a server without JetStream if jetstream is false",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary, jetstream: false });
    await using connection = await connected(server.url);
    assertEquals(connection.info?.jetstream ?? false, false);
  },
});

Deno.test({
  name: "startNatsServer() gives concurrent servers different ports and stores",
  ignore,
  async fn() {
    const [a, b] = await Promise.all([startNatsServer({ binary }), startNatsServer({ binary })]);
    await using _ = a;
    await using __ = b;
    assertNotEquals(a.port, b.port);
    assertNotEquals(a.storeDir, b.storeDir);
  },
});

Deno.test({
  name: "NatsServer.restart() waits while another program uses the port of the server",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary });
    const { port } = server;
    await server.kill9();
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    let isRestarted = false;
    const restarting = server.restart().then(() => isRestarted = true);
    assert(await poll(async () => (await server.log()).includes("address already in use")));
    assertEquals(isRestarted, false);
    listener.close();
    await restarting;
    assertEquals(server.port, port);
  },
});

Deno.test({
  name: "NatsServer.restart() after kill9() keeps the store and the port",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary });
    const { port, pid } = server;
    await storeOne(server.url);
    await server.kill9();
    assertEquals(server.pid, undefined);
    assertEquals(await processState(pid!), undefined);
    await server.restart();
    assertEquals(server.port, port);
    assertNotEquals(server.pid, pid);
    assertEquals(await countStored(server.url), 1);
  },
});

Deno.test({
  name: "NatsServer.suspend() stops replies until resume(), and stop() ends a suspended server",
  ignore,
  async fn() {
    await using server = await startNatsServer({ binary });
    await using connection = await connected(server.url);
    await server.suspend();
    let isAnswered = false;
    const roundTrip = connection.flush().then(() => isAnswered = true);
    assertEquals(await processState(server.pid!), "T");
    assertEquals(isAnswered, false);
    server.resume();
    await roundTrip;
    await server.suspend();
    await connection.close();
    await server.stop();
    assertEquals(server.pid, undefined);
  },
});

Deno.test({
  name: "startNatsServer() rejects with the output of a server that refuses its configuration, and removes the folder",
  ignore,
  async fn() {
    const { makeTempDir } = Deno;
    const folders: string[] = [];
    Deno.makeTempDir = async (options) => {
      const folder = await makeTempDir(options);
      folders.push(folder);
      return folder;
    };
    try {
      const error = await assertRejects(() => startNatsServer({ binary, config: "no_such_setting: 1" }), Error);
      assertStringIncludes(error.message, "no_such_setting");
      assertEquals(await Promise.all(folders.map(exists)), [false]);
    } finally {
      Deno.makeTempDir = makeTempDir;
    }
  },
});

Deno.test({
  name: "NatsServer ends its process and removes its folder when it is disposed",
  ignore,
  async fn() {
    const server = await startNatsServer({ binary });
    const { pid, storeDir } = server;
    await server[Symbol.asyncDispose]();
    assertEquals(await processState(pid!), undefined);
    await assertRejects(() => Deno.stat(storeDir), Deno.errors.NotFound);
  },
});

Deno.test({
  name: "startNatsServer() ends the server and removes its folder if the process that started it is killed",
  ignore,
  async fn() {
    const owner = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-config", new URL("own_a_server.ts", import.meta.url).pathname, binary!],
      stdout: "piped",
    }).spawn();
    const [pid, storeDir] = JSON.parse(await firstLine(owner.stdout));
    assert(await processState(pid) !== undefined);
    owner.kill("SIGKILL");
    await owner.status;
    assert(await poll(async () => await processState(pid) === undefined && !await exists(storeDir)));
  },
});

Deno.test({
  name: "startNatsCluster() starts three servers, and a stream with three replicas survives a killed server",
  ignore,
  async fn() {
    await using cluster = await startNatsCluster(3, { binary });
    await using connection = await connect({ servers: [...cluster.urls], noAsyncTraces: true });
    const manager = await jetstreamManager(connection);
    const { config } = await untilAnswered(() =>
      manager.streams.add({ name: "kept", subjects: ["kept"], num_replicas: 3 })
    );
    assertEquals(config.num_replicas, 3);
    await untilAnswered(() => jetstream(connection).publish("kept", "a", { msgID: "a" }));
    // The test kills a follower of the stream to which the client is not connected. The election of a leader would take
    // seconds.
    const leader = (await untilAnswered(() => manager.streams.info("kept"))).cluster?.leader;
    const follower = cluster.servers.find(({ port }, index) =>
      leader !== `n${index + 1}` && port !== connection.info?.port
    )!;
    await follower.kill9();
    await follower.restart();
    await cluster.healthy();
    assertEquals((await untilAnswered(() => manager.streams.info("kept"))).state.messages, 1);
  },
});

function connected(url: string): Promise<Awaited<ReturnType<typeof connect>> & AsyncDisposable> {
  return connect({ servers: url }).then((connection) =>
    Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() })
  );
}

async function storeOne(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  await (await jetstreamManager(connection)).streams.add({ name: "kept", subjects: ["kept"] });
  await jetstream(connection).publish("kept", "a");
  await connection.close();
}

async function countStored(url: string): Promise<number> {
  const connection = await connect({ servers: url });
  const { state } = await (await jetstreamManager(connection)).streams.info("kept");
  await connection.close();
  return state.messages;
}

/** Names of the errors of a request while the servers elect a leader. */
const ERRORS_WITHOUT_LEADER = ["TimeoutError", "JetStreamNotEnabled", "NoRespondersError"];

/** Repeats a request until a server answers. */
async function untilAnswered<T>(request: () => Promise<T>): Promise<T> {
  const answer = await poll(
    () => request().catch((error) => ERRORS_WITHOUT_LEADER.includes(error.name) ? undefined : raise(error)),
    60_000,
  );
  return answer ?? raise(new Error("Cannot get a reply: no server has replied for 60 seconds"));
}

function raise(error: unknown): never {
  throw error;
}

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) return chunk.split("\n")[0]!;
  throw new Error("Cannot read a line: the stream ended");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
