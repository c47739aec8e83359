import { foreignFile } from "../schema/not-text.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";

/** The longest text of V8 has 2^29 - 24 characters. */
const mostBytes = 2 ** 29 - 24;

const newline = 0x0a;

/**
 * The text of a file without its byte order mark: UTF-8, or UTF-16 where the mark says so. Null where there is no such
 * file. Bytes of another encoding are a failure with their line: read as UTF-8 they would be other prompts.
 */
export async function readTextFile(files: World["files"], path: string): Promise<Result<string> | null> {
  return readFileAs(files, path, (bytes) => {
    const text = decoded(bytes);
    return text === null ? notText(path, bytes, "not UTF-8, the encoding of JSON") : succeed(text);
  });
}

/** The text of a table of which only numbers are read: bytes of another encoding are read as Latin-1, which keeps digits as they are. */
export async function readTableFile(files: World["files"], path: string): Promise<Result<string> | null> {
  return readFileAs(files, path, (bytes) => {
    const text = decoded(bytes);
    if (text === null && foreignOf(path, bytes).what !== null) return notText(path, bytes, "no table");
    return succeed(text ?? Buffer.from(bytes).toString("latin1"));
  });
}

function notText(path: string, bytes: Uint8Array, lacks: string): Result<never> {
  const { what, remedy } = foreignOf(path, bytes);
  const message =
    what === null ? `${path}:${brokenLine(bytes)}: these bytes are ${lacks}` : `${path} is ${what}, and ${lacks}`;
  return fail("not-utf-8", message, `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`);
}

function foreignOf(path: string, bytes: Uint8Array): ReturnType<typeof foreignFile> {
  return foreignFile(new TextDecoder().decode(bytes.subarray(0, 8)), path);
}

async function readFileAs(
  files: World["files"],
  path: string,
  textOf: (bytes: Uint8Array) => Result<string>,
): Promise<Result<string> | null> {
  const found = await files.stat(path);
  if (found === null || found.folder) return null;
  if (found.size > mostBytes) {
    const hint = "Take the part of it that is asked, or cut it into several files.";
    return fail(
      "file-too-large",
      `${path} has ${mebibytes(found.size)}, and ${mebibytes(mostBytes)} can be read`,
      hint,
    );
  }
  const bytes = await files.readBytes(path);
  return bytes === null ? null : textOf(bytes);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** Null where a byte is of another encoding. */
export function decoded(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** From 1. */
function brokenLine(bytes: Uint8Array): number {
  for (let line = 1, from = 0; ; line += 1) {
    const end = bytes.indexOf(newline, from);
    if (end < 0 || decoded(bytes.subarray(from, end)) === null) return line;
    from = end + 1;
  }
}
