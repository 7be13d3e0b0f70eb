import { MAX_BODY_BYTES } from "../limits.ts";
import { badRequest, Problem } from "./problem.ts";

/**
 * Reads the body of a request.
 *
 * @throws {Problem} If the body is longer than {@link MAX_BODY_BYTES}.
 */
export async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new Problem(413, "too-large", `The limit of a body is ${MAX_BODY_BYTES} bytes`, {
        extensions: { maxBytes: MAX_BODY_BYTES },
      });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw badRequest(`The body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
