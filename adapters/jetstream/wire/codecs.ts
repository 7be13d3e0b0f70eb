import {
  type CommitContent,
  decodeCommit,
  fromCommitJson,
  refuseArgument,
  stringifyCommit,
  toCommitJson,
} from "../../../adapter.ts";
import { InvalidArgumentError } from "../../../errors.ts";
import { encodeUtf8 } from "../util/encode_utf8.ts";
import type { CommitCodec } from "./commit_codec.ts";
import { JSON_TYPE } from "./commit_header_values.ts";

const CONTENT_TYPE = /^[!-~]{1,128}$/;

/** The codecs with which a backend writes and reads commits. */
export class Codecs {
  readonly #write: CommitCodec | undefined;
  readonly #read: Map<string, CommitCodec> = new Map();

  /**
   * @param write The codec of new commits; JSON by default.
   * @param read Further codecs for reading, in addition to JSON.
   * @throws {InvalidArgumentError} If a value is not a codec, or two codecs have the same content type.
   */
  constructor(write: CommitCodec | undefined, read: readonly CommitCodec[]) {
    this.#write = write && this.#add(write, "codec");
    if (!Array.isArray(read)) {
      throw new InvalidArgumentError("readCodecs must be an array of codecs", { argument: "readCodecs" });
    }
    read.forEach((codec, i) => this.#add(codec, `readCodecs[${i}]`));
  }

  /** Checks and adds a codec. Reads each of its members once: a getter could return another value at the next read. */
  #add(codec: CommitCodec, argument: string): CommitCodec {
    const { contentType, encode, decode } = (codec ?? {}) as Partial<CommitCodec>;
    if (typeof encode !== "function" || typeof decode !== "function") {
      throw new InvalidArgumentError(`${argument} must have contentType, encode and decode`, { argument });
    }
    if (typeof contentType !== "string" || !CONTENT_TYPE.test(contentType)) {
      refuseArgument(`${argument}.contentType`, "1 to 128 visible ASCII characters", contentType);
    }
    if (contentType === JSON_TYPE || this.#read.has(contentType)) {
      throw new InvalidArgumentError(`${argument}.contentType "${contentType}" is the content type of another codec`, {
        argument: `${argument}.contentType`,
      });
    }
    const checked: CommitCodec = {
      contentType,
      encode: (commit) => encode.call(codec, commit),
      decode: (bytes) => decode.call(codec, bytes),
    };
    this.#read.set(contentType, checked);
    return checked;
  }

  /**
   * Encodes a commit.
   *
   * @throws {InvalidArgumentError} If the codec fails.
   */
  encode(commit: CommitContent): { readonly contentType: string; readonly body: Uint8Array } {
    if (this.#write === undefined) return { contentType: JSON_TYPE, body: encodeUtf8(stringifyCommit(commit)) };
    const { contentType } = this.#write;
    let body: unknown;
    try {
      body = this.#write.encode(toCommitJson(commit));
    } catch (cause) {
      throw new InvalidArgumentError(
        `codec cannot encode a commit as ${contentType}: ${cause}`,
        { argument: "codec" },
        { cause },
      );
    }
    if (!(body instanceof Uint8Array)) {
      throw new InvalidArgumentError("codec.encode must return a Uint8Array", { argument: "codec" });
    }
    // The codec may reuse its bytes.
    return { contentType, body: new Uint8Array(body) };
  }

  /**
   * Decodes a commit.
   *
   * @param skip The number of events at the start of the commit that are left out.
   * @throws Any error, if the bytes are not a commit.
   */
  decode(contentType: string, body: Uint8Array, skip = 0): CommitContent {
    if (contentType === JSON_TYPE) return decodeCommit(body, skip);
    const codec = this.#read.get(contentType);
    if (codec === undefined) throw new UnknownContentType(contentType);
    const { timestamp, events } = fromCommitJson(codec.decode(body));
    return { timestamp, events: events.slice(skip) };
  }
}

/** No codec has the content type of a commit. The adapter never throws this error to the user. */
export class UnknownContentType extends Error {
  constructor(contentType: string) {
    super(
      `its content type ${JSON.stringify(contentType)} is unknown. Pass a codec for it as codec or in readCodecs`,
    );
  }
}
