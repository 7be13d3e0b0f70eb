import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseArguments, UsageError } from "../../examples/cluster/arguments.ts";
import { denoArguments, denoCommand } from "../_support/deno.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
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
