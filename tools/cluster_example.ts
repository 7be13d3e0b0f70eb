/**
 * Starts a nats-server, which it finds or downloads as the tests do, and runs examples/cluster on it. The example
 * itself cannot start a server, because the published package does not contain these tools.
 *
 * @module
 */
import { startNatsServer } from "./nats/start_nats_server.ts";
import { inRoot } from "./root.ts";

const needsNoServer = Deno.args.some((argument) => argument === "--nats" || argument === "--help");
// `detached`, because the nodes still need the server after Ctrl-C to finish commands and to leave the cluster.
await using server = needsNoServer ? undefined : await startNatsServer({ detached: true });
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
    // The terminal sends the SIGINT of Ctrl-C to the example itself.
    if (signal === "SIGTERM") child.kill(signal);
  });
}
const { code } = await child.status;
await server?.[Symbol.asyncDispose]();
Deno.exit(code);
