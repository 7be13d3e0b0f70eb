import { isFromLeader, type StreamPlacement } from "../../../adapters/jetstream/streams/is_from_leader.ts";
import { assertEquals } from "@std/assert";

const [n1, n2, n3] = [{ name: "n1" }, { name: "n2" }, { name: "n3" }];

const cases: [title: string, replicas: number | undefined, cluster: StreamPlacement["cluster"], expected: boolean][] = [
  ["of nats-server 2.9 in no cluster", undefined, undefined, true],
  ["of a server in no cluster", 1, { leader: "n1" }, true],
  ["of a stream without replicas", 1, { leader: "n1" }, true],
  ["of a stream without replicas that is moved to another server", 1, { replicas: [n1] }, true],
  ["of the leader", 3, { leader: "n1", replicas: [n2, n3] }, true],
  ["of the leader of a stream whose replicas are not assigned yet", 3, { leader: "n1" }, true],
  ["of a replica that knows no leader", 3, { replicas: [n1, n2, n3] }, false],
  ["of a replica that has learned of the leader since the request", 3, { leader: "n1", replicas: [n1, n3] }, false],
];

for (const [title, replicas, cluster, expected] of cases) {
  Deno.test(`isFromLeader() is ${expected} for the information ${title}`, () => {
    const config = replicas === undefined ? {} : { num_replicas: replicas };
    assertEquals(isFromLeader({ config, cluster }), expected);
  });
}
