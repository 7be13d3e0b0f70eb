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

const tokens: [input: string, token: string, reason: string][] = [
  ["order", "order", "plain letters stay"],
  ["Az09_-", "Az09_-", "the other plain characters stay too"],
  ["a.b", "a=2Eb", "a dot would begin another token"],
  ["a_b", "a_b", "an underscore stays, since a dot is not encoded as one"],
  ["a=2Eb", "a=3D2Eb", "a string that looks encoded is encoded again"],
  ["a=b", "a=3Db", "the escape character is escaped"],
  ["*", "=2A", "a wildcard is escaped"],
  [">", "=3E", "a wildcard is escaped"],
  ["$JS", "=24JS", "the server's own subjects begin with a dollar sign"],
  ["user/42", "user=2F42", "a stream name may not have a slash"],
  ["é", "=C3=A9", "each byte of UTF-8, with upper-case digits"],
  ["e\u0301", "e=CC=81", "nothing is normalised"],
  ["😀", "=F0=9F=98=80", "four bytes"],
  ["", "", "an empty string stays empty"],
];

Deno.test("encodeToken() encodes strings by bytes", () => {
  for (const [input, token, reason] of tokens) {
    assertEquals(encodeToken(input), token, reason);
    assertEquals(decodeToken(token), input, reason);
  }
});

const invalidTokens: [token: string, reason: string][] = [
  ["a=2eb", "hexadecimal digits are upper-case"],
  ["a=2", "an escape has two digits"],
  ["a=GG", "an escape has hexadecimal digits"],
  ["=41", "A is never escaped"],
  ["=C3", "the bytes are not valid UTF-8"],
  ["a.b", "a token has no dot"],
  ["a b", "a token has no space"],
  ["é", "a token is ASCII"],
];

Deno.test("decodeToken() refuses tokens that are not the encoding of any string", () => {
  for (const [token, reason] of invalidTokens) assertEquals(decodeToken(token), undefined, reason);
});

const similarIds = [
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
  const subjects = similarIds.map((actorId) => actorSubject(names, 16, actorId));
  assertEquals(new Set(subjects).size, similarIds.length);
  assertEquals(subjects.map((subject) => actorOfSubject(names, 16, subject)), similarIds);
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
  const others: [stream: string, subjects: string[], reason: string][] = [
    [log, ["other.log.prod=2Eorders_2.>"], "another prefix"],
    [log, [allActors, "x"], "more subjects"],
    [log, [], "no subject"],
    ["orders", [allActors], "a name without the suffix"],
    ["=2E_events", ["aether.log.=2E.>"], "a dot alone is no namespace"],
    ["a=2_events", ["aether.log.a=2.>"], "no string has this encoding"],
  ];
  for (const [stream, subjects, reason] of others) {
    assertEquals(namespaceOfLog("aether", stream, subjects), undefined, reason);
  }
});

Deno.test("namesOf() and actorSubject() stay within the server's limits", () => {
  const namespace = parseNamespace(Array.from({ length: 16 }, () => "abcdefg").join(".").padEnd(128, "x"));
  const names = namesOf("p".repeat(32), namespace);
  assert(Math.max(names.log.length, names.snapshots.length) <= 255);
  const subject = actorSubject(names, 16, "é".repeat(100));
  // A protocol line has at most 4,096 bytes. The subject of a direct get also contains the stream name.
  assert(`$JS.API.DIRECT.GET.${names.log}.${subject}`.length < 1_500);
});

const foreign: [subject: string, reason: string][] = [
  ["aether.log.tenant-a.order.42", "the partition is missing"],
  ["aether.log.tenant-a.12.order.42", "the partition belongs to another actor"],
  ["aether.log.tenant-a.013.order.42", "the partition has a leading zero"],
  ["aether.log.tenant-a.1.order.42", "the partition is a prefix of the right one"],
  ["aether.log.tenant-a.130.order.42", "the partition begins with the right one"],
  ["aether.log.tenant-a.12", "the actor is missing"],
  ["aether.log.tenant-a.5.", "the actor is empty"],
  ["aether.log.tenant-a.9.order..42", "a token is empty"],
  ["aether.log.tenant-a.11.order.", "the last token is empty"],
  ["aether.log.tenant-a.3..order", "the first token is empty"],
  [`aether.log.tenant-a.4.${"a".repeat(201)}`, "the actor is too long"],
  [`aether.log.tenant-a.9.${Array(32).fill("a").join(".")}`, "the actor has too many tokens"],
  ["aether.log.tenant-b.13.order.42", "the namespace is another one"],
  ["aether.log.tenant-a.13.order.=2A", "* is not valid in an actor id"],
  ["aether.log.tenant-a.13.order.=3d", "no string has this encoding"],
];

Deno.test("actorOfSubject() refuses subjects that are not of an actor", () => {
  const names = namesOf("aether", parseNamespace("tenant-a"));
  for (const [subject, reason] of foreign) assertEquals(actorOfSubject(names, 16, subject), undefined, reason);
});

Deno.test("patternSubject() of a pattern covers all partitions, and of an actor id is one subject", () => {
  const names = namesOf("aether", parseNamespace("tenant-a"));
  assertEquals(patternSubject(names, 16, "order.*"), "aether.log.tenant-a.*.order.*");
  assertEquals(patternSubject(names, 16, "user/7.>"), "aether.log.tenant-a.*.user=2F7.>");
  assertEquals(patternSubject(names, 16, "order.42"), actorSubject(names, 16, "order.42"));
});

/** Hashes of FNV-1a: two test vectors of its authors, and one of a character with two bytes in UTF-8. */
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
