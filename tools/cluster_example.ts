/**
 * Runs the example of the cluster on a nats-server of its own, which it finds or downloads as the tests do. The published
 * example cannot: it comes without these tools.
 *
 * @module
 */
import { startNatsServer } from "./nats/start_nats_server.ts";
import { inRoot } from "./root.ts";

const hasServer = Deno.args.some((argument) => argument === "--nats" || argument === "--help");
// The nodes need the server after Ctrl-C: they finish the commands and leave the cluster.
await using server = hasServer ? undefined : await startNatsServer({ detached: true });
const config = Deno.env.get("CLUSTER_CONFIG");
const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-run",
    ...(config === undefined ? [] : ["--config", config]),
    inRoot("examples/cluster/main.ts"),
    ...Deno.args,
    ...(server === undefined ? [] : ["--nats", server.url]),
  ],
  stdin: "null",
}).spawn();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    // The terminal has sent Ctrl-C to the example too.
    if (signal === "SIGTERM") child.kill(signal);
  });
}
const { code } = await child.status;
await server?.[Symbol.asyncDispose]();
Deno.exit(code);
