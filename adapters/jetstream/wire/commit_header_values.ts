import type { JetStreamMessageHeaders } from "../nats/connection.ts";
import { HeaderBlock } from "../nats/message_headers.ts";
import { unknownCritical } from "./critical_header.ts";

/** The content type of the JSON form of a commit. */
export const JSON_TYPE = "application/json";

/** The values in the headers of a commit message. */
export interface CommitHeaderValues {
  /** The version of the first event; `undefined` if it is absent or no whole number. */
  readonly version: number | undefined;
  /** The number of events; `undefined` if it is absent or no whole number. */
  readonly count: number | undefined;
  /** `undefined` if it is absent or not valid. */
  readonly commitId: string | undefined;
  /** See `ExpectedLatest.observedSequence`. In decimal digits; empty if it is absent. */
  readonly observedSequence: string;
  /** See {@link unknownCritical}. */
  readonly critical: string | undefined;
  /** Empty if it is absent. */
  readonly contentType: string;
  /** Empty if it is absent. */
  readonly contentEncoding: string;
}

/** Reads the headers of a commit message. */
export function commitHeaderValues(headers: JetStreamMessageHeaders | undefined): CommitHeaderValues {
  return usualHeaderValues(headers) ?? anyHeaderValues(headers);
}

/**
 * The headers of most commit messages: the headers that `encodeCommitMessage` writes, in its order, then headers of the
 * server and of a trace. A separate search for each header takes three times as long as this expression.
 */
const USUAL = new RegExp(
  "^NATS/1\\.0\\r\\n" +
    "Nats-Expected-Stream: [^\\r]*\\r\\n" +
    "Nats-Expected-Last-Subject-Sequence: [0-9]+\\r\\n" +
    "Aether-Version: ([1-9][0-9]{0,14})\\r\\n" +
    "Aether-Count: ([1-9][0-9]{0,14})\\r\\n" +
    "Aether-Commit: ([!-~]{1,128})\\r\\n" +
    "Aether-Log: [!-~]*\\r\\n" +
    `Content-Type: ${JSON_TYPE}\\r\\n` +
    "(?:Aether-Reached: ([0-9]{1,15})\\r\\n)?" +
    "(?:(?:trace|Nats-)[A-Za-z-]*: [^\\r]*\\r\\n)*" +
    "\\r\\n$",
);

/** The values of headers in the usual form; `undefined` if they have another form. */
export function usualHeaderValues(headers: JetStreamMessageHeaders | undefined): CommitHeaderValues | undefined {
  if (!(headers instanceof HeaderBlock)) return undefined;
  const match = USUAL.exec(headers.text);
  if (match === null) return undefined;
  return {
    version: Number(match[1]),
    count: Number(match[2]),
    commitId: match[3],
    observedSequence: match[4] ?? "",
    critical: undefined,
    contentType: JSON_TYPE,
    contentEncoding: "",
  };
}

const COMMIT_ID = /^[!-~]{1,128}$/;

function anyHeaderValues(headers: JetStreamMessageHeaders | undefined): CommitHeaderValues {
  const valueOf = (name: string) => headers?.get(name) ?? "";
  const commitId = valueOf("Aether-Commit");
  return {
    version: wholeNumber(valueOf("Aether-Version")),
    count: wholeNumber(valueOf("Aether-Count")),
    commitId: COMMIT_ID.test(commitId) ? commitId : undefined,
    observedSequence: valueOf("Aether-Reached"),
    critical: unknownCritical(headers),
    contentType: valueOf("Content-Type"),
    contentEncoding: valueOf("Content-Encoding"),
  };
}

/** The whole number in a header, at least 1. */
function wholeNumber(digits: string): number | undefined {
  const number = Number(digits);
  return /^[1-9][0-9]*$/.test(digits) && Number.isSafeInteger(number) ? number : undefined;
}
