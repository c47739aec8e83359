import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";

/** What a file system says where a user's file or folder cannot be written, and what to do about it. */
const reasons: { readonly [code: string]: { why: string; hint: string } } = {
  EACCES: { why: "this user may not write there", hint: "Give this user the right to write there" },
  EPERM: { why: "this user may not write there", hint: "Give this user the right to write there" },
  EROFS: { why: "the file system is read-only", hint: "Make it writable" },
  ENOSPC: { why: "the file system has no room left", hint: "Free some space" },
  EDQUOT: { why: "this user's quota is used up", hint: "Free some space" },
  ENOTDIR: { why: "a file stands where a folder should be", hint: "Move that file away" },
  EEXIST: { why: "a file stands where a folder should be", hint: "Move that file away" },
  EISDIR: { why: "it is a folder", hint: "Name a file" },
  ENAMETOOLONG: { why: "the name is too long", hint: "Shorten it" },
  ELOOP: { why: "its links lead round in a circle", hint: "Mend the links" },
  ERR_INVALID_ARG_VALUE: { why: "the name holds a character that no file's can", hint: "Correct the name" },
};

/** A failure in a user's words where writing failed for a reason of the file system; anything else is a fault of the program and stays thrown. */
export function notWritable(error: unknown, path: string, otherwise: string): Result<never> {
  const { code = "" } = error as NodeJS.ErrnoException;
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) throw error;
  return fail("not-writable", `${path} cannot be written: ${reason.why} (${code})`, `${reason.hint}, or ${otherwise}.`);
}

/** Writes a file that a user asked for: a page, a table, a log. */
export async function writeForUser(world: Pick<World, "files">, path: string, text: string): Promise<Result<string>> {
  try {
    await world.files.writeText(path, text);
    return succeed(path);
  } catch (error) {
    return notWritable(error, path, "name another place with --out");
  }
}
