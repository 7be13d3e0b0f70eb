/** Starts a server and runs until it is killed, for a test of the process guard. */
import { startNatsServer } from "../../../tools/nats_server.ts";

const server = await startNatsServer({ binary: Deno.args[0] });
console.log(JSON.stringify([server.pid, server.storeDir]));
await new Promise(() => setInterval(() => {}, 1_000));
