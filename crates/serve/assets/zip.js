// A zip archive of text files, stored as they are (APPNOTE 6.3.10, sections 4.3 and 4.4).

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let sum = start;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  return (sum ^ 0xffffffff) >>> 0;
}

/** Little-endian fields, each with its width in bytes. */
function record(...fields) {
  const bytes = [];
  for (const [value, width] of fields) {
    for (let at = 0; at < width; at += 1) bytes.push((value >>> (8 * at)) & 255);
  }
  return Uint8Array.from(bytes);
}

/** An archive of files, each with `path`, `text` and `is_program`. */
export function zip(files) {
  const encoder = new TextEncoder();
  const parts = [];
  const index = [];
  let at = 0;
  for (const file of files) {
    const name = encoder.encode(file.path);
    const bytes = encoder.encode(file.text);
    const sum = crc32(bytes);
    // Version 2.0, names in UTF-8, stored, 1980-01-01.
    const common = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [sum, 4],
      [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]];
    const local = record([0x04034b50, 4], ...common);
    const mode = file.is_program ? 0o100755 : 0o100644;
    const entry = record([0x02014b50, 4], [0x0314, 2], ...common, [0, 2], [0, 2], [0, 2],
      [0, 2], [mode, 2], [at, 4]);
    parts.push(local, name, bytes);
    index.push(entry, name);
    at += local.length + name.length + bytes.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const end = record([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2],
    [size, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...index, end], { type: "application/zip" });
}
