/** Number of bytes in one block of memory. */
const BLOCK = 65_536;

/** Maximum number of bytes of a string that shares a block. */
const MAX_SHARED = BLOCK / 4;

/** Maximum bytes of a UTF-16 code unit in UTF-8. */
const MAX_UNIT = 3;

const encoder = new TextEncoder();
let block = new ArrayBuffer(BLOCK);
let used = 0;

/**
 * Encodes a string in UTF-8. Short strings share blocks of memory, and each byte of a block is used once. An allocation
 * per string takes four times as long as its encoding.
 */
export function encodeUtf8(value: string): Uint8Array {
  const most = value.length * MAX_UNIT;
  if (most > MAX_SHARED) return encoder.encode(value);
  if (used + most > BLOCK) {
    block = new ArrayBuffer(BLOCK);
    used = 0;
  }
  const start = used;
  const { written } = encoder.encodeInto(value, new Uint8Array(block, start, most));
  used = start + written;
  return new Uint8Array(block, start, written);
}
