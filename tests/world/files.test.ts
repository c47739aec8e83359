import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { realFiles } from "../../src/world/files.ts";
import { runInNamespaces } from "../support/linux-host.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

describe("makeFolder", () => {
  it("makes what is missing above, also at the same time as another", async () => {
    const folder = join(temporaryFolder(), "a/b/c");
    await Promise.all([
      realFiles.makeFolder(folder),
      realFiles.makeFolder(folder),
      realFiles.makeFolder(`${folder}/d`),
    ]);
    expect(statSync(join(folder, "d")).isDirectory()).toBe(true);
    await realFiles.makeFolder(folder);
  });

  it("fails where a file stands in the way", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(realFiles.makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(realFiles.makeFolder(join(file, "a/b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.runIf(existsSync("/proc/self"))("ends where the file system makes no folders", async () => {
    await expect(realFiles.makeFolder("/proc/ceteris/study")).rejects.toMatchObject({
      code: "ENOTSUP",
      path: "/proc/ceteris",
    });
    await expect(realFiles.writeText("/proc/ceteris/study/file", "")).rejects.toMatchObject({ code: "ENOTSUP" });
    for (const make of ["writeText", "appendText", "createPrivate"] as const)
      await expect(realFiles[make]("/proc/ceteris", "")).rejects.toMatchObject({
        code: "ENOTSUP",
        path: "/proc/ceteris",
      });
  });
});

it("writes a text beside a process that has our pid, as one of another container may", async () => {
  const file = join(temporaryFolder(), "file");
  const fresh = async () => {
    vi.resetModules();
    return (await import("../../src/world/files.ts")).realFiles;
  };
  const [one, other] = [await fresh(), await fresh()];
  for (let time = 0; time < 20; time += 1)
    await Promise.all([one.writeText(file, "of one"), other.writeText(file, "of the other")]);
  expect(readFileSync(file, "utf8")).toMatch(/^of (one|the other)$/);
});

it("writes a text to a pipe, and leaves it a pipe", async () => {
  const pipe = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = await open(pipe, "r+");
  await realFiles.writeText(pipe, "text");
  expect(statSync(pipe).isFIFO()).toBe(true);
  expect((await reader.read(Buffer.alloc(9))).bytesRead).toBe(4);
  await reader.close();
});

describe("sha256", () => {
  it.each([0, 9, 2 ** 20, 2 ** 20 + 1])("is that of a file of %d bytes", async (bytes) => {
    const file = join(temporaryFolder(), "file");
    const content = Buffer.alloc(bytes, "ceteris");
    writeFileSync(file, content);
    expect(await realFiles.sha256(file)).toBe(createHash("sha256").update(content).digest("hex"));
  });

  it("is null of what is no file", async () => {
    const folder = temporaryFolder();
    expect([await realFiles.sha256(folder), await realFiles.sha256(join(folder, "none"))]).toEqual([null, null]);
  });
});

it("makes a private folder that nobody else can look into, and takes none that is there", async () => {
  const folder = join(temporaryFolder(), "own", "private");
  await realFiles.makePrivateFolder(folder);
  expect((statSync(folder).mode & 0o777).toString(8)).toBe("700");
  await expect(realFiles.makePrivateFolder(folder)).rejects.toThrow("EEXIST");
});

/** Another file system than that of temporary folders, where this machine has one. */
const memory = "/dev/shm";
const hasTwo = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;

describe.runIf(hasTwo)("rename to another file system", () => {
  const made = useTemporaryFolders(memory);

  function trial(): string {
    const from = join(made(), "trial");
    mkdirSync(join(from, "deep"), { recursive: true });
    writeFileSync(join(from, "deep/file"), "text");
    return from;
  }

  it("moves a file, and a folder with what is in it", async () => {
    const [folder, from] = [temporaryFolder(), trial()];
    await realFiles.rename(from, join(folder, "place"));
    expect(readFileSync(join(folder, "place/deep/file"), "utf8")).toBe("text");
    expect(existsSync(from)).toBe(false);
    writeFileSync(from, "a file");
    writeFileSync(join(folder, "file"), "another");
    await realFiles.rename(from, join(folder, "file"));
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("a file");
    expect(readdirSync(folder)).toEqual(["file", "place"]);
  });

  it("never puts a folder over another, nor makes the folder that the place is in", async () => {
    const [folder, from] = [temporaryFolder(), trial()];
    mkdirSync(join(folder, "place/there"), { recursive: true });
    await expect(realFiles.rename(from, join(folder, "place"))).rejects.toThrow(/ENOTEMPTY|EEXIST/);
    await expect(realFiles.rename(from, join(folder, "none/place"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(readdirSync(folder)).toEqual(["place"]);
    expect(existsSync(join(from, "deep/file"))).toBe(true);
  });

  it("is never seen half done", async () => {
    const [folder, from] = [temporaryFolder(), trial()];
    for (let file = 0; file < 40; file += 1) writeFileSync(join(from, `deep/${file}`), "text");
    const moved = realFiles.rename(from, join(folder, "place"));
    const pause = () => new Promise((done) => setImmediate(done, "not yet"));
    while ((await Promise.race([moved, pause()])) === "not yet")
      if (existsSync(join(folder, "place"))) expect(readdirSync(join(folder, "place/deep"))).toHaveLength(41);
    expect(existsSync(join(folder, "place/deep/39"))).toBe(true);
  });
});

describe("removing", () => {
  /** In a mount namespace, a file that another one lies over: it cannot be removed (EBUSY), as what NFS leaves of a file that is open. */
  const removeWithBusy = (folder: string, busy: string) => {
    writeFileSync(join(folder, busy), "");
    writeFileSync(join(folder, "other"), "");
    const source = `const { realFiles } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/world/files.ts"))});
await realFiles.remove(process.argv[1]);`;
    const script = 'mount --bind "$1" "$1" && shift && exec "$@"';
    const node = [process.execPath, "--input-type=module", "--eval", source, folder];
    return runInNamespaces(["--mount"], ["sh", "-c", script, "sh", join(folder, busy), ...node]);
  };
  const canMount = runInNamespaces(["--mount"], ["true"]).status === 0;

  it.skipIf(!canMount)("takes a folder for removed in which NFS left a file that is open, and no other", () => {
    const folder = temporaryFolder();
    const { status, stderr } = removeWithBusy(folder, ".nfs000000000001");
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(folder)).toEqual([".nfs000000000001"]);
    expect(removeWithBusy(temporaryFolder(), "busy").stderr).toContain("EBUSY");
  });
});
