import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { parseArguments, UsageError } from "../../examples/cluster/arguments.ts";
import { NodeProcess } from "../../examples/cluster/node_process.ts";
import { denoArguments, denoCommand } from "../_support/deno.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
import { until } from "../_support/until.ts";
import { runExample } from "./run_example.ts";

await testOnServer(
  "examples/cluster responds to each command while nodes are killed, and moves leadership and shards",
  async ({ server }) => {
    const [, , config] = denoArguments(["run"]);
    const script = [
      "-A",
      "--quiet",
      "examples/cluster/main.ts",
      "--nats",
      server.url,
      "--kill",
      "5",
      "--seconds",
      "18",
    ];
    const { code, stdout, stderr } = await denoCommand(["run", ...script], {
      stdin: "null",
      env: { NO_COLOR: "1", ...(config !== undefined && { CLUSTER_CONFIG: config }) },
    }).output();
    const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, errors], [0, ""], output);
    const [, sent, answered] = /(\d+) commands: (\d+) answered, 0 lost, 0 stored twice\n$/.exec(output!) ?? [];
    assert(Number(sent) > 0 && sent === answered, output);
    assertMatch(output!, /kill -9 of cinema-\d/);
    const leaders = [...output!.matchAll(/^(cinema-\d): leads the nightly report in term (\d+)$/gm)];
    const terms = leaders.map(([, , term]) => Number(term));
    assert(terms.length > 0, output);
    assertEquals(terms, terms.toSorted((a, b) => a - b));
    assertMatch(output!, /^cinema-\d: owns shards \d/m);
    assertMatch(output!, /^cinema-\d: has left$/m);
  },
);

await testOnServer("examples/cluster responds to each command and ends after Ctrl-C", async () => {
  const [, , config] = denoArguments(["run"]);
  const child = denoCommand(["run", "-A", "--quiet", "tools/cluster_example.ts", "--seconds", "120"], {
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // Starts a process group. A terminal sends Ctrl-C to all processes of a group.
    detached: true,
    env: { NO_COLOR: "1", ...(config !== undefined && { CLUSTER_CONFIG: config }) },
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let output = "";
  let isInterrupted = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    const ready = output.match(/^cinema-\d: listens on port/gm)?.length ?? 0;
    if (isInterrupted || ready < 3 || !/^clients: \d+ sent, [1-9]/m.test(output)) continue;
    isInterrupted = true;
    Deno.kill(-child.pid, "SIGINT");
  }
  const { code } = await child.status;
  assert(isInterrupted, output);
  assertEquals([code, await stderr], [0, ""], output);
  assertMatch(output, /\d+ commands: \d+ answered, 0 lost, 0 stored twice\n$/);
  assertEquals(output.match(/^cinema-\d: has left$/gm)?.length, 3, output);
});

/** A process of node.ts. Its disposal kills it. */
function startNode(url: string) {
  const [, , config] = denoArguments(["run"]);
  if (config !== undefined) Deno.env.set("CLUSTER_CONFIG", config);
  const lines: string[] = [];
  const node = new NodeProcess(url, "cinema-0", (line) => void lines.push(line));
  const dispose = async () => {
    node.kill("SIGKILL");
    await node.ended();
  };
  return { node, lines, [Symbol.asyncDispose]: dispose };
}

function post(node: NodeProcess, path: string, body: string, key = "k"): Promise<number> {
  return send(node, path, { method: "POST", body, headers: { "idempotency-key": key } });
}

async function send({ port }: NodeProcess, path: string, init: RequestInit): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, init);
  await response.body?.cancel();
  return response.status;
}

await testOnServer("node.ts of examples/cluster leads on after a version conflict", async ({ server, connect }) => {
  await using node = startNode(server.url);
  const backend = await jetstream({ connection: await connect() });
  const reports = backend.store("reports");
  const append = () => reports.append("nightly", [{ type: "Reported", data: {} }], { expectedVersion: "any" });
  await until("a report has a conflict", async () => {
    await Promise.all([append(), append(), append(), append()]);
    return node.lines.some((line) => line.startsWith("another process reported night"));
  });
  const { length } = node.lines;
  await until("the node reports", () => node.lines.slice(length).some((line) => line.startsWith("reported night")));
  await backend.close();
});

await testOnServer("node.ts of examples/cluster ends its work when it loses its session", async ({ server }) => {
  await using node = startNode(server.url);
  const count = (start: string) => node.lines.filter((line) => line.startsWith(start)).length;
  await until("the node reports", () => count("reported night") > 0 && count("owns shards") > 0);
  await server.kill9();
  await until("the leadership is lost", () => count("no longer leads") > 0);
  // The answer arrives after the time that work may take to end.
  assertEquals(await post(node.node, "screening.1", '{"take":"x"}'), 503);
  await server.restart();
  await until("the node leads again", () => count("leads") > 1 && count("owns shards") > 1);
  assertEquals(node.lines.filter((line) => line.includes("has not ended")), []);
});

await testOnServer("node.ts of examples/cluster refuses invalid requests by 400 and 405", async ({ server }) => {
  await using node = startNode(server.url);
  await until("the node is ready", () => node.node.port !== undefined);
  const take = '{"take":"x"}';
  assertEquals(await post(node.node, "screening.1", take), 200);
  assertEquals(await send(node.node, "screening.1", { method: "GET" }), 405);
  for (const body of ["{", "null", "{}", "[]", '"take"', '{"take":5}', '{"take":""}', '{"take":"x","drop":1}']) {
    assertEquals(await post(node.node, "screening.1", body), 400, body);
  }
  for (const path of ["", "%", "a%20b"]) assertEquals(await post(node.node, path, take), 400, path);
  assertEquals(await post(node.node, "screening.1", take, "k".repeat(1_000)), 400);
});

const refused: [args: string[], message: string][] = [
  [["--nodes", "3"], "there is no option --nodes"],
  [["--kill"], "--kill needs a value"],
  [["--kill", "0"], "--kill must be 1 to 86400 seconds, not 0"],
  [["--seconds", "soon"], "--seconds must be 1 to 86400 seconds, not soon"],
];

for (const [args, message] of refused) {
  Deno.test(`parseArguments() of examples/cluster refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseArguments(args), UsageError, message);
  });
}

Deno.test("examples/cluster starts no node if no server answers", async () => {
  const result = await runExample("examples/cluster/main.ts", ["--nats", "nats://127.0.0.1:1"], ["-A"]);
  const message =
    "Cannot run the example: no NATS server answers at nats://127.0.0.1:1. Start one, or leave out --nats";
  assertEquals(result, { code: 1, stdout: "", stderr: `${message}\n` });
});

Deno.test("parseArguments() of examples/cluster accepts all options", () => {
  const { nats, kill, seconds, help } = parseArguments(["--kill", "1", "--seconds", "86400", "--nats", "nats://a:1"]);
  assertEquals([nats, kill, seconds, help], ["nats://a:1", 1, 86_400, false]);
});
