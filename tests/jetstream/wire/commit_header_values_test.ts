import { assertEquals } from "@std/assert";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";
import { commitHeaderValues, usualHeaderValues } from "../../../adapters/jetstream/wire/commit_header_values.ts";
import { encodeCommitMessage } from "../../../adapters/jetstream/wire/commit_message.ts";

/** The headers of a commit message, as this version of Aether writes them. */
function writtenHeaders(metadata: Record<string, string>, observedSequence?: number): string {
  const event = { id: "e", type: "T", schemaVersion: 1, data: 1, metadata };
  const commit = { actorId: "a", id: "c/1", timestamp: 1, events: [event, event], expectedVersion: "any" as const };
  const encoded = { contentType: "application/json", body: new Uint8Array() };
  const expected = {
    stream: "tenant-a_events",
    identity: "0123456789ab",
    latest: { version: 6, sequence: 41, observedSequence },
  };
  const { headers } = encodeCommitMessage(commit, encoded, expected);
  return new TextDecoder().decode(headers.encode());
}

function block(lines: string): HeaderBlock {
  return new HeaderBlock(new TextEncoder().encode(lines));
}

const plain = writtenHeaders({});
const plainValues = {
  version: 7,
  count: 2,
  commitId: "c/1",
  observedSequence: "",
  critical: undefined,
  contentType: "application/json",
  contentEncoding: "",
};

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const fromServer = "Nats-Stream: tenant-a_events\r\nNats-Sequence: 42\r\nNats-Num-Pending: 0\r\n\r\n";
const usual: [title: string, lines: string, more: object][] = [
  ["a message without a trace", plain, {}],
  ["a first commit of a log whose commits expire", writtenHeaders({}, 40), { observedSequence: "40" }],
  ["a trace", writtenHeaders({ traceparent, tracestate: "a=1" }), {}],
  ["a first commit with a trace", writtenHeaders({ traceparent }, 0), { observedSequence: "0" }],
  ["a reply to a direct get", plain.replace(/\r\n$/, fromServer), {}],
  ["a large version", plain.replace("Version: 7", "Version: 999999999999999"), { version: 999_999_999_999_999 }],
];

Deno.test("usualHeaderValues() reads the headers that most commits have", () => {
  for (const [title, lines, more] of usual) {
    assertEquals(usualHeaderValues(block(lines)), { ...plainValues, ...more }, title);
  }
});

const unusual: [title: string, lines: string, more: object][] = [
  ["another order", `NATS/1.0\r\nContent-Type: application/json\r\nAether-Commit: c/1\r\n\r\n`, {
    version: undefined,
    count: undefined,
  }],
  ["version 0", plain.replace("Version: 7", "Version: 0"), { version: undefined }],
  ["a version that is no number", plain.replace("Version: 7", "Version: 7.5"), { version: undefined }],
  ["a version that is not exact", plain.replace("Version: 7", "Version: 9007199254740993"), { version: undefined }],
  ["no count", plain.replace(/Aether-Count: 2\r\n/, ""), { count: undefined }],
  ["a commit id with a space", plain.replace("c/1", "c 1"), { commitId: undefined }],
  ["a commit id of 129 characters", plain.replace("c/1", "c".repeat(129)), { commitId: undefined }],
  ["an empty commit id", plain.replace("Commit: c/1", "Commit:"), { commitId: undefined }],
  ["another content type", plain.replace("application/json", "application/cbor"), { contentType: "application/cbor" }],
  ["a content encoding", plain.replace(/\r\n$/, "Content-Encoding: zstd\r\n\r\n"), { contentEncoding: "zstd" }],
  ["a critical header", plain.replace(/\r\n$/, "Aether-Critical: Nats-X\r\n\r\n"), { critical: "Nats-X" }],
  ["a critical header before all others", plain.replace("\r\n", "\r\nAether-Critical: x\r\n"), { critical: "x" }],
  ["an observed sequence that is no number", writtenHeaders({}, 40).replace("Reached: 40", "Reached: x"), {
    observedSequence: "x",
  }],
  ["an unknown header", plain.replace(/\r\n$/, "X: 1\r\n\r\n"), {}],
  ["two versions", plain.replace(/\r\n$/, "Aether-Version: 8\r\n\r\n"), {}],
  ["no space after a colon", plain.replace("Version: 7", "Version:7"), {}],
];

Deno.test("commitHeaderValues() reads headers in any other form", () => {
  for (const [title, lines, more] of unusual) {
    assertEquals(usualHeaderValues(block(lines)), undefined, title);
    assertEquals(commitHeaderValues(block(lines)), { ...plainValues, ...more }, title);
  }
  const none = { ...plainValues, version: undefined, count: undefined, commitId: undefined, contentType: "" };
  assertEquals(commitHeaderValues(undefined), none);
});
