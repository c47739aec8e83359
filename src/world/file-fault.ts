import type { Fault } from "../schema/result.ts";

/** Why a command cannot use a file, folder or port of the user, by the system's error code, and what to do about it. */
const reasons: { readonly [code: string]: { why: string; hint: string } } = {
  EACCES: { why: "this user may not open or write it", hint: "Give this user that right, or name another place." },
  EPERM: { why: "this user may not change it", hint: "Give this user that right, or name another place." },
  ENOTSUP: { why: "the file system makes no files there", hint: "Name another place." },
  EROFS: { why: "the file system is read-only", hint: "Make it writable, or name another place." },
  ENOSPC: { why: "the file system has no room left", hint: "Free some space, or name another place." },
  EDQUOT: { why: "this user's quota is used up", hint: "Free some space, or name another place." },
  EFBIG: {
    why: "no file may grow that large here",
    hint: "Raise this process's limit on the size of a file (ulimit -f unlimited), or name another place.",
  },
  ENOTDIR: { why: "a file stands where a folder should be", hint: "Move that file away, or name another place." },
  EEXIST: { why: "a file stands where a folder should be", hint: "Move that file away, or name another place." },
  EISDIR: { why: "it is a folder", hint: "Name a file." },
  ENAMETOOLONG: { why: "the name is too long", hint: "Shorten it." },
  ELOOP: { why: "its links lead round in a circle", hint: "Mend the links, or name another place." },
  EPIPE: { why: "nothing reads it any more", hint: "Keep the reader running, or name another place." },
  ENXIO: { why: "it cannot be opened by a name", hint: "Name another place." },
  EMFILE: { why: "this process may open no more files", hint: "Raise the limit: ulimit -n 65536." },
  ENFILE: { why: "the machine may open no more files", hint: "End other programs, or raise fs.file-max." },
  EADDRINUSE: { why: "no port is free", hint: "End what holds the machine's ports (`ss -tan`), then run again." },
  EADDRNOTAVAIL: { why: "no port is free", hint: "End what holds the machine's ports (`ss -tan`), then run again." },
  ERR_INVALID_ARG_VALUE: { why: "the name holds a character that no file name may hold", hint: "Correct the name." },
};

/** The failure for the user where an error is about the user's files; null where the program itself is at fault. */
export function fileFault(error: unknown, place?: string): Fault | null {
  const { code, path, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || !Object.hasOwn(reasons, code)) return null;
  const { why, hint } = reasons[code]!;
  // Of a wrong argument, Node names the value only in its message.
  const named = place ?? path ?? /Received '(.*)'/s.exec(message)?.[1] ?? message;
  return { code: "not-usable", message: `${named.replaceAll("\0", String.raw`\x00`)}: ${why} (${code})`, hint };
}

/** What the system refuses for want of something, by its error code, under the classes that `sut/failures.yaml` has for engines. */
const systemClasses: { readonly [code: string]: string } = {
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EFBIG: "disk-full",
  EMFILE: "too-many-files",
  ENFILE: "too-many-files",
};

/** The class of a failure that is the system's and passes with what it lacks; null of all others. */
export function systemClassOf(code: string | undefined): string | null {
  return code !== undefined && Object.hasOwn(systemClasses, code) ? systemClasses[code]! : null;
}
