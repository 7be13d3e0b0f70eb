import { raceOfProcesses, ROUNDS } from "../_support/race_of_processes.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

const title = `append() of two processes at the same version succeeds for one of them, in ${ROUNDS} rounds`;

await testOnServer(title, async ({ server, connect }) => await raceOfProcesses(await connect(), [server.url], 1));

const tests = await clusterOfThree();
tests.test(title, async ({ cluster, connect }) => await raceOfProcesses(await connect(), cluster.urls, 3));
