/** Starts a server and waits to be killed, for the test that kills it. */
import { startNatsServer } from "../../../tools/nats_server.ts";

const server = await startNatsServer({ binary: Deno.args[0] });
console.log(JSON.stringify([server.pid, server.storeDir]));
await new Promise(() => setInterval(() => {}, 1_000));
