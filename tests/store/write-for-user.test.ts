import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWritable, writeForUser } from "../../src/store/write-for-user.ts";
import { realFiles } from "../../src/world/files.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** Files of a world in which writing fails for a reason, also where the test's user may write everywhere. */
const refusing = (code: string) => ({
  files: {
    ...realFiles,
    async writeText(path: string) {
      throw Object.assign(new Error(code), { code, path });
    },
  },
});

describe("checkWritable", () => {
  it("finds out before anything is measured, and leaves nothing behind", async () => {
    const folder = join(temporaryFolder(), "results/study");
    expect(await checkWritable({ files: realFiles }, folder)).toEqual({ ok: true, value: folder });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["EACCES", "this user may not open or write it"],
    ["EROFS", "the file system is read-only"],
    ["ENOSPC", "the file system has no room left"],
    ["EDQUOT", "this user's quota is used up"],
  ])("says why it cannot: %s", async (code, why) => {
    const found = await checkWritable(refusing(code), "/results/study");
    expect(found).toMatchObject({ ok: false, problem: { message: `cannot write: /results/study: ${why} (${code})` } });
  });

  it("says so of a file in the folder's place, and of a disk with no room for a trial", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "results"), "");
    expect(await checkWritable({ files: realFiles }, join(folder, "results/study"))).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("a file stands where a folder should be") as string },
    });
    const full = { files: { ...realFiles, freeBytes: async () => 4096 } };
    expect(await checkWritable(full, join(folder, "other"))).toMatchObject({
      ok: false,
      problem: { code: "disk-full" },
    });
  });

  it("throws what is a fault of the program", async () => {
    await expect(checkWritable(refusing("ERR_ASSERTION"), "/results")).rejects.toThrow("ERR_ASSERTION");
  });
});

it("writeForUser writes, or says what stands in its way", async () => {
  const folder = temporaryFolder();
  expect(await writeForUser({ files: realFiles }, join(folder, "a/b.md"), "x")).toMatchObject({ ok: true });
  mkdirSync(join(folder, "c.md"));
  expect(await writeForUser({ files: realFiles }, join(folder, "c.md"), "x")).toMatchObject({
    ok: false,
    problem: { hint: "Name a file." },
  });
});

it("writeForUser writes through a link, as /dev/stdout is one", async () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, "a.md"), join(folder, "b.md")];
  writeFileSync(file, "old");
  symlinkSync(file, link);
  expect(await writeForUser({ files: realFiles }, link, "new")).toEqual({ ok: true, value: link });
  expect(readFileSync(file, "utf8")).toBe("new");
});
