/** Minimum number of bytes for which compression is tried. */
const MIN_BYTES = 1_024;

/** Bytes, possibly compressed. */
export interface Compressed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isGzip: boolean;
}

/** Compresses bytes if the result is smaller. */
export async function gzip(bytes: Uint8Array): Promise<Compressed> {
  const plain = { bytes: new Uint8Array(bytes), isGzip: false };
  if (bytes.length < MIN_BYTES) return plain;
  const packed = await collect(streamOf(plain.bytes).pipeThrough(new CompressionStream("gzip")), bytes.length);
  return packed === undefined ? plain : { bytes: packed, isGzip: true };
}

/** Reverses {@link gzip}; `undefined` if the bytes are damaged, or the result does not have `size` bytes. */
export async function gunzip({ bytes, isGzip }: Compressed, size: number): Promise<Uint8Array | undefined> {
  try {
    const plain = isGzip
      ? await collect(streamOf(bytes).pipeThrough(new DecompressionStream("gzip")), size + 1)
      : bytes;
    return plain?.length === size ? plain : undefined;
  } catch {
    return undefined; // Not gzip.
  }
}

/** SHA-256 in hexadecimal digits. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Concatenates byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([bytes]).stream();
}

/** All bytes of a stream; `undefined` if it has `limit` bytes or more. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Some browsers do not iterate streams.
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done && value !== undefined; { done, value } = await reader.read()) {
    length += value.length;
    if (length >= limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  return concat(parts);
}
