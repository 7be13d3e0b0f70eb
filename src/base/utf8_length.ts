/** Bytes of a well-formed string in UTF-8. */
export function utf8Length(string: string): number {
  let bytes = string.length;
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    // The two units of a surrogate pair take four bytes: two each.
    if (code >= 0x80) bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
