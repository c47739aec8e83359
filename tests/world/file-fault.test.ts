import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileFault, systemClassOf } from "../../src/world/file-fault.ts";

const error = (code: string, path?: string) => Object.assign(new Error("said"), { code, path });

describe("fileFault", () => {
  it("says what is wrong with a user's file, and what to do", () => {
    expect(fileFault(error("EACCES", "/a"))).toMatchObject({
      message: "/a: this user may not open or write it (EACCES)",
    });
    expect(fileFault(error("EROFS", "/a"))?.message).toContain("read-only");
    expect(fileFault(error("ENOSPC"), "/place")).toMatchObject({
      message: "/place: the file system has no room left (ENOSPC)",
      hint: "Free some space, or name another place.",
    });
    for (const code of [
      "ENOTDIR",
      "EEXIST",
      "EISDIR",
      "ELOOP",
      "EMFILE",
      "EADDRINUSE",
      "EDQUOT",
      "EFBIG",
      "ENAMETOOLONG",
      "ENOTSUP",
    ])
      expect(fileFault(error(code, "/a"))?.hint).toMatch(/\.$/);
  });

  it("names what holds a character that no file's name can", () => {
    expect.assertions(1);
    try {
      readFileSync("a\0b");
    } catch (found) {
      expect(fileFault(found)?.message).toBe(
        String.raw`a\x00b: the name holds a character that no file name may hold (ERR_INVALID_ARG_VALUE)`,
      );
    }
  });

  it("leaves faults of the program as they are", () => {
    expect(fileFault(new TypeError("x is undefined"))).toBeNull();
    expect(fileFault(error("ERR_SOMETHING"))).toBeNull();
    expect(fileFault(error("constructor"))).toBeNull();
    expect(fileFault(null)).toBeNull();
  });
});

it("gives what passes with its want the classes that engines' failures have", () => {
  expect(["ENOSPC", "EDQUOT", "EMFILE", "EACCES", "toString", undefined].map(systemClassOf)).toEqual([
    "disk-full",
    "disk-full",
    "too-many-files",
    null,
    null,
    null,
  ]);
});
