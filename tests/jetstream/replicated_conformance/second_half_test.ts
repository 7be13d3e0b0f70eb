/** The conformance cases with an odd index on a cluster of three servers. The cases mostly wait for elections. */
import { testConformance } from "../_support/test_conformance.ts";

await testConformance({ name: "3 replicas", version: "2.15.1", replicas: 3 }, (index) => index % 2 === 1);
