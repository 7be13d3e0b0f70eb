import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { masked } from "./_support/masked.ts";
import { type ConformanceTarget, testConformance } from "./_support/test_conformance.ts";

const TARGETS: readonly ConformanceTarget[] = [
  ...NATS_SERVER_VERSIONS.map((version) => ({ name: `nats-server ${version}`, version, replicas: 1 })),
  { name: "commits of a codec, not republished", version: "2.15.1", replicas: 1, codec: masked, republish: false },
];

for (const target of TARGETS) await testConformance(target);
