import { assertEquals } from "@std/assert";
import { identityOf } from "../../../adapters/jetstream/wire/log_identity.ts";
import { decodeLogMarker, encodeLogMarker, type LogMarker } from "../../../adapters/jetstream/wire/log_marker.ts";

const assigned = { derived: "8991fd8bdce9", identity: "3f9c0a1b2c4d" };
const retention = { maxAge: 86_400_000, maxBytes: undefined, maxCommits: 10 };

const republish = true;

const markers: [description: string, marker: LogMarker][] = [
  ["aether log v1 partitions=16", { partitions: 16, republish }],
  ["aether log v1 partitions=9999 max-age=86400000 max-commits=10", { partitions: 9_999, retention, republish }],
  ["aether log v1 partitions=16 republish=off", { partitions: 16, republish: false }],
  ["aether log v1 partitions=16 identity=8991fd8bdce9:3f9c0a1b2c4d", { partitions: 16, republish, assigned }],
  [
    "aether log v1 partitions=16 max-age=86400000 max-commits=10 republish=off identity=8991fd8bdce9:3f9c0a1b2c4d",
    { partitions: 16, retention, republish: false, assigned },
  ],
];

for (const [description, marker] of markers) {
  Deno.test(`decodeLogMarker() reads an encoded marker: ${description}`, () => {
    assertEquals(encodeLogMarker(marker), description);
    assertEquals(decodeLogMarker(description), marker);
  });
}

const refused: [description: string | undefined, reason: string][] = [
  [undefined, "a missing description"],
  ["aether log v2 partitions=16", "another version"],
  ["aether log v1", "no partitions"],
  ["aether log v1 partitions=0", "0 partitions"],
  ["aether log v1 partitions=16 ", "a space at the end"],
  ["aether log v1 partitions=16 max-commits=10 max-age=1", "bounds in another order"],
  ["aether log v1 partitions=16 identity=8991fd8bdce9", "one identity in place of two"],
  ["aether log v1 partitions=16 identity=8991fd8bdce9:3f9c0a1b2c4", "an identity that is too short"],
  ["aether log v1 partitions=16 identity=8991fd8bdce9:3F9C0A1B2C4D", "an identity in capitals"],
  ["aether log v1 partitions=16 identity=8991fd8bdce9:3f9c0a1b2c4d max-commits=10", "bounds after the identity"],
  ["aether log v1 partitions=16 republish=on", "another choice than republish=off"],
  ["aether log v1 partitions=16 republish=off max-commits=10", "bounds after republish"],
  ["aether log v1 partitions=16 identity=8991fd8bdce9:3f9c0a1b2c4d republish=off", "republish after the identity"],
  ["aether log v1 partitions=16 other=1", "a field that is unknown"],
];

for (const [description, reason] of refused) {
  Deno.test(`decodeLogMarker() refuses ${reason}: ${description}`, () => {
    assertEquals(decodeLogMarker(description), undefined);
  });
}

Deno.test("identityOf() returns an assigned identity only for the stream to which it was assigned", () => {
  const created = "2026-01-01T00:00:00.123456789Z";
  assertEquals(identityOf("prod=2Eorders_events", created, { partitions: 16, republish }), "8991fd8bdce9");
  assertEquals(identityOf("prod=2Eorders_events", created, { partitions: 16, republish, assigned }), "3f9c0a1b2c4d");
  const later = "2026-01-01T00:00:00.123456788Z";
  const restored = identityOf("prod=2Eorders_events", later, { partitions: 16, republish, assigned });
  assertEquals(restored, identityOf("prod=2Eorders_events", later, { partitions: 16, republish }));
  assertEquals([assigned.identity, assigned.derived].includes(restored), false);
});
