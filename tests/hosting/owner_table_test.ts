import type { ClusterMember } from "@flowmade-one/aether/cluster";
import { assertEquals } from "@std/assert";
import { OwnerTable } from "../../src/hosting/owner_table.ts";
import { TestClock } from "../_support/test_clock.ts";

const SERVICE = "actors:screenings:seats";

/** A table of the owner of any actor, over nodes that the test sets. */
function openTable() {
  const clock = new TestClock();
  const cluster: { members: readonly ClusterMember[] } = { members: [] };
  const table = new OwnerTable(cluster, SERVICE, clock);
  const owner = (...sessions: readonly string[]) => {
    cluster.members = sessions.map((session) => ({ name: session.split("~")[0]!, session, services: [SERVICE] }));
    return table.ownerOf("screening.1");
  };
  return { clock, table, owner };
}

Deno.test("OwnerTable.ownerOf() returns the session of the node, and its new session after it has joined again", () => {
  const { owner } = openTable();
  assertEquals(owner("n1~b")?.session, "n1~b");
  assertEquals(owner("n1~a")?.session, "n1~a");
  assertEquals(owner(), undefined);
});

Deno.test("OwnerTable.ownerOf() prefers the session that it has seen later, of two sessions of one name", () => {
  for (const later of ["n1~a", "n1~c"]) {
    const { owner } = openTable();
    assertEquals(owner("n1~b")?.session, "n1~b");
    const both = ["n1~b", later].toSorted();
    assertEquals(owner(...both)?.session, later);
    owner(...both, "n2~a");
    assertEquals(owner(...both)?.session, later);
    assertEquals(owner("n1~b")?.session, "n1~b");
  }
});

Deno.test("OwnerTable.ownerOf() returns another session of the name while one is unreachable", () => {
  const { owner, table, clock } = openTable();
  owner("n1~a");
  const both = ["n1~a", "n1~b"];
  table.unreachable(owner(...both)!);
  assertEquals(owner(...both)?.session, "n1~a");
  clock.pass(2_000);
  assertEquals(owner(...both)?.session, "n1~b");
});
