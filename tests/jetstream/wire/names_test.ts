import { assert, assertEquals } from "@std/assert";
import {
  actorOfSubject,
  actorSubject,
  namesOf,
  namespaceOfLog,
  patternSubject,
} from "../../../adapters/jetstream/wire/names.ts";
import { decodeToken, encodeToken } from "../../../adapters/jetstream/wire/encode_token.ts";
import { partitionOf } from "../../../src/values/partition.ts";
import { parseNamespace } from "@flowmade-one/aether";

const tokens: [text: string, token: string, because: string][] = [
  ["order", "order", "plain letters stay"],
  ["Az09_-", "Az09_-", "so does the whole plain alphabet"],
  ["a.b", "a=2Eb", "a dot would begin another token"],
  ["a_b", "a_b", "an underscore is not how a dot is written"],
  ["a=2Eb", "a=3D2Eb", "what looks encoded is encoded again"],
  ["a=b", "a=3Db", "the escape itself is escaped"],
  ["*", "=2A", "a wildcard is a character"],
  [">", "=3E", "a wildcard is a character"],
  ["$JS", "=24JS", "the dollar of the server's own subjects"],
  ["user/42", "user=2F42", "a slash would be a path in a stream's name"],
  ["é", "=C3=A9", "bytes of UTF-8, in capitals"],
  ["e\u0301", "e=CC=81", "nothing is normalised"],
  ["😀", "=F0=9F=98=80", "four bytes"],
  ["", "", "nothing is nothing"],
];

Deno.test("encodeToken() encodes strings by bytes", () => {
  for (const [text, token, because] of tokens) {
    assertEquals(encodeToken(text), token, because);
    assertEquals(decodeToken(token), text, because);
  }
});

const strangers: [token: string, because: string][] = [
  ["a=2eb", "digits are capitals"],
  ["a=2", "an escape has two digits"],
  ["a=GG", "an escape has hexadecimal digits"],
  ["=41", "A is never escaped"],
  ["=C3", "half a character is no UTF-8"],
  ["a.b", "a dot is not in a token"],
  ["a b", "nor is a blank"],
  ["é", "nor is anything but ASCII"],
];

Deno.test("decodeToken() refuses tokens that no string is encoded as", () => {
  for (const [token, because] of strangers) assertEquals(decodeToken(token), undefined, because);
});

const hostile = [
  "a.b",
  "a_b",
  "a=2Eb",
  "a-b",
  "a",
  "b",
  "a.b.c",
  "a/b",
  "A.b",
  "é",
  "e\u0301",
  "=",
  "a=",
  "a=2E",
  "$",
  "0",
  "a".repeat(61),
  "a".repeat(62),
  "a".repeat(200),
  Array(31).fill("a").join("."),
];

Deno.test("actorSubject() differs for actor ids that nearly collide", () => {
  const names = namesOf("aether", parseNamespace("tenant-a"));
  const subjects = hostile.map((actorId) => actorSubject(names, 16, actorId));
  assertEquals(new Set(subjects).size, hostile.length);
  assertEquals(subjects.map((subject) => actorOfSubject(names, 16, subject)), hostile);
});

Deno.test("namesOf() differs for namespaces that nearly collide", () => {
  const namespaces = ["a.b", "a_b", "a-b", "a", "A", "a.b.c", "a_events", "a_snapshots", "a.events", "a_b_events"].map(
    parseNamespace,
  );
  const all = namespaces.map((namespace) => namesOf("aether", namespace)).flatMap((names) => [
    [names.log, names.snapshots],
    [names.allActors, names.snapshotsPrefix, names.commitsPrefix],
  ]);
  for (const each of [all.filter((_, i) => i % 2 === 0).flat(), all.filter((_, i) => i % 2 === 1).flat()]) {
    assertEquals(new Set(each).size, each.length);
  }
});

Deno.test("namespaceOfLog() returns the namespace of a stream name and its subjects", () => {
  const namespace = parseNamespace("prod.orders_2");
  const { log, allActors } = namesOf("aether", namespace);
  assertEquals([log, allActors], ["prod=2Eorders_2_events", "aether.log.prod=2Eorders_2.>"]);
  assertEquals(namespaceOfLog("aether", log, [allActors]), namespace);
  const strangers: [stream: string, subjects: string[], because: string][] = [
    [log, ["other.log.prod=2Eorders_2.>"], "another prefix"],
    [log, [allActors, "x"], "more subjects"],
    [log, [], "no subject"],
    ["orders", [allActors], "a name without the suffix"],
    ["=2E_events", ["aether.log.=2E.>"], "a dot alone is no namespace"],
    ["a=2_events", ["aether.log.a=2.>"], "no text is encoded so"],
  ];
  for (const [stream, subjects, because] of strangers) {
    assertEquals(namespaceOfLog("aether", stream, subjects), undefined, because);
  }
});

Deno.test("namesOf() and actorSubject() stay within the server's limits", () => {
  const namespace = parseNamespace(Array.from({ length: 16 }, () => "abcdefg").join(".").padEnd(128, "x"));
  const names = namesOf("p".repeat(32), namespace);
  assert(Math.max(names.log.length, names.snapshots.length) <= 255);
  const subject = actorSubject(names, 16, "é".repeat(100));
  // A line of the protocol ends at 4,096 bytes; a direct get's subject holds the stream's name too.
  assert(`$JS.API.DIRECT.GET.${names.log}.${subject}`.length < 1_500);
});

const foreign: [subject: string, because: string][] = [
  ["aether.log.tenant-a.order.42", "the partition is missing"],
  ["aether.log.tenant-a.12.order.42", "the partition is another actor's"],
  ["aether.log.tenant-a.013.order.42", "the partition is not written so"],
  ["aether.log.tenant-a.1.order.42", "the partition is a part of the right one"],
  ["aether.log.tenant-a.130.order.42", "the partition begins with the right one"],
  ["aether.log.tenant-a.12", "the actor is missing"],
  ["aether.log.tenant-a.5.", "the actor is empty"],
  ["aether.log.tenant-a.9.order..42", "a token is empty"],
  ["aether.log.tenant-a.11.order.", "the last token is empty"],
  ["aether.log.tenant-a.3..order", "the first token is empty"],
  [`aether.log.tenant-a.4.${"a".repeat(201)}`, "the actor is too long"],
  [`aether.log.tenant-a.9.${Array(32).fill("a").join(".")}`, "the actor has too many tokens"],
  ["aether.log.tenant-b.13.order.42", "the namespace is another one"],
  ["aether.log.tenant-a.13.order.=2A", "* is no actor's"],
  ["aether.log.tenant-a.13.order.=3d", "no text is encoded so"],
];

Deno.test("actorOfSubject() refuses subjects that are not of an actor", () => {
  const names = namesOf("aether", parseNamespace("tenant-a"));
  for (const [subject, because] of foreign) assertEquals(actorOfSubject(names, 16, subject), undefined, because);
});

Deno.test("patternSubject() of a pattern covers all partitions, and of an actor id is one subject", () => {
  const names = namesOf("aether", parseNamespace("tenant-a"));
  assertEquals(patternSubject(names, 16, "order.*"), "aether.log.tenant-a.*.order.*");
  assertEquals(patternSubject(names, 16, "user/7.>"), "aether.log.tenant-a.*.user=2F7.>");
  assertEquals(patternSubject(names, 16, "order.42"), actorSubject(names, 16, "order.42"));
});

/** The test vectors of the hash's authors, modulo 16; and one more that they lack, in UTF-8. */
const hashes: [actorId: string, hash: number][] = [
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
  ["é", 0x1e9de8c1],
];

Deno.test("partitionOf() is FNV-1a modulo the number of partitions", () => {
  for (const [actorId, hash] of hashes) {
    for (const partitions of [1, 16, 1_000]) assertEquals(partitionOf(actorId, partitions), hash % partitions, actorId);
  }
});
