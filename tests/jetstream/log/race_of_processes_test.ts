import { raceOfProcesses } from "../_support/race_of_processes.ts";
import { clusterOfThree } from "../_support/test_cluster.ts";
import { testOnServer } from "../_support/test_server.ts";

const title = "of two processes that race on an actor one wins, 2,000 times";

await testOnServer(title, async ({ server, connect }) => await raceOfProcesses(await connect(), [server.url], 1));

const tests = await clusterOfThree();
tests.test(title, async ({ cluster, connect }) => await raceOfProcesses(await connect(), cluster.urls, 3));
