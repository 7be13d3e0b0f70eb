import { assert, assertEquals, assertThrows } from "@std/assert";
import { ApiError } from "../../../adapters/jetstream/api/api_error.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { AckReader } from "../../../adapters/jetstream/streams/ack_reader.ts";

type ErrorClass = new (...parameters: never[]) => Error;

const encode = (json: string): Uint8Array => new TextEncoder().encode(json);

/** Acknowledgements that one reader reads one after the other. */
const stored: [name: string, acks: [json: string, sequence: number][]][] = [
  ["of one form", [['{"stream":"s","seq":9}', 9], ['{"stream":"s","seq":10}', 10], ['{"stream":"s","seq":7}', 7]]],
  ["with a space", [['{"stream":"s", "seq": 1}', 1], ['{"stream":"s", "seq": 234}', 234]]],
  ["with a domain", [['{"stream":"s","domain":"d","seq":1}', 1], ['{"stream":"s","domain":"d","seq":2}', 2]]],
  ["of two forms", [['{"stream":"s","seq":1}', 1], ['{"stream":"s","domain":"d","seq":2}', 2], [
    '{"stream":"s","seq":3}',
    3,
  ]]],
  ["with a further member at the end", [
    ['{"stream":"s","seq":5,"count":5}', 5],
    ['{"stream":"s","seq":5,"count":8}', 5],
    ['{"stream":"s","seq":6,"duplicate":true}', 6],
  ]],
  ["with the greatest sequence", [
    ['{"stream":"s","seq":1}', 1],
    ['{"stream":"s","seq":9007199254740991}', 9007199254740991],
  ]],
];

for (const [name, acks] of stored) {
  Deno.test(`AckReader.read() returns the sequences of acknowledgements ${name}`, () => {
    const reader = new AckReader("s");
    for (const [json, sequence] of acks) assertEquals(reader.read(encode(json), undefined), sequence, json);
  });
}

const refused: [
  name: string,
  json: string,
  domain: string | undefined,
  error: ErrorClass,
][] = [
  [
    "an error",
    '{"error":{"code":400,"err_code":10071,"description":"wrong"},"stream":"s","seq":0}',
    undefined,
    ApiError,
  ],
  ["another stream", '{"stream":"t","seq":2}', undefined, RequestFailure],
  ["another domain", '{"stream":"s","domain":"e","seq":2}', "d", RequestFailure],
  ["no domain although the caller names one", '{"stream":"s","seq":2}', "d", RequestFailure],
  ["no sequence", '{"stream":"s"}', undefined, RequestFailure],
  ["the sequence 0", '{"stream":"s","seq":0}', undefined, RequestFailure],
  ["a sequence with a leading zero", '{"stream":"s","seq":007}', undefined, RequestFailure],
  ["an empty sequence", '{"stream":"s","seq":}', undefined, RequestFailure],
  ["a negative sequence", '{"stream":"s","seq":-2}', undefined, RequestFailure],
  ["a fraction", '{"stream":"s","seq":2.5}', undefined, RequestFailure],
  ["a string as sequence", '{"stream":"s","seq":"2"}', undefined, RequestFailure],
  ["too many digits", '{"stream":"s","seq":90071992547409931}', undefined, RequestFailure],
  ["a missing closing brace", '{"stream":"s","seq":2', undefined, RequestFailure],
  ["an empty string", "", undefined, RequestFailure],
];

for (const [name, json, domain, error] of refused) {
  Deno.test(`AckReader.read() refuses ${name}, at first and after an acknowledgement`, () => {
    const first = assertThrows(() => new AckReader("s").read(encode(json), domain));
    assert(first instanceof error);
    const reader = new AckReader("s");
    for (const sequence of [1, 23]) {
      assertEquals(reader.read(encode(`{"stream":"s","seq":${sequence}}`), undefined), sequence);
    }
    assert(assertThrows(() => reader.read(encode(json), domain)) instanceof error);
  });
}
