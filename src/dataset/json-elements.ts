import { decoded } from "./text-file.ts";

/** One element of a list of JSON values, or what is wrong with the list. */
export type JsonElement = { element: number; line: number; text: string } | { line: number; problem: string };

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const comma = 0x2c;
const openings: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closings: ReadonlySet<number> = new Set([0x5d, 0x7d]);
/** UTF-8's, which editors on Windows put before the first character. */
const byteOrderMark: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, newline]);

/**
 * The objects of a JSON array, or of lines of JSON, one at a time: only the element that is being read is held, so that
 * a file may be larger than a text can be. Elements are counted from 0, lines from 1. What follows a problem is not read.
 */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonElement> {
  let line = 1;
  let element = 0;
  /** Depth of the elements themselves: 1 within an array; null until the first character. */
  let base: 0 | 1 | null = null;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let closed = false;
  let startLine = 1;
  let held: Buffer[] = [];
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = depth > (base ?? 0) ? 0 : -1;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === newline) line += 1;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
        continue;
      }
      if (base !== null && depth > base) {
        if (byte === quote) inText = true;
        else if (openings.has(byte)) depth += 1;
        else if (closings.has(byte)) {
          depth -= 1;
          if (depth === base) {
            held.push(bytes.subarray(from, at + 1));
            const text = decoded(Buffer.concat(held));
            if (text === null) {
              yield { line: startLine, problem: `element ${element} is not UTF-8, the encoding of JSON` };
              return;
            }
            yield { element, line: startLine, text };
            element += 1;
            held = [];
            from = -1;
          }
        }
        continue;
      }
      if (blanks.has(byte) || (base === null && byteOrderMark.has(byte))) continue;
      if (base === null) {
        base = byte === 0x5b ? 1 : 0;
        if (base === 1) {
          depth = 1;
          continue;
        }
      }
      if (base === 1 && !closed && byte === comma) continue;
      if (base === 1 && !closed && byte === 0x5d) {
        closed = true;
        depth = 0;
        continue;
      }
      if (closed || byte !== 0x7b) {
        const found = JSON.stringify(bytes.subarray(at, at + 20).toString("utf8"));
        yield { line, problem: closed ? `${found} behind the list` : `${found} where element ${element} should begin` };
        return;
      }
      depth += 1;
      from = at;
      startLine = line;
    }
    if (from >= 0) held.push(Buffer.from(bytes.subarray(from)));
  }
  if (held.length > 0) yield { line: startLine, problem: `the file ends within element ${element}` };
  else if (base === 1 && !closed) yield { line, problem: "the file ends before the ] of its list" };
}
