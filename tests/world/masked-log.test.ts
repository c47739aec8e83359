import { existsSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { realProcesses } from "../../src/world/processes.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

const secret = "geheim-0123456789";

/** What a script of Node leaves in its log, once it has ended. */
async function logOf(script: string, { secrets = [secret] }: { secrets?: string[] } = {}): Promise<Buffer> {
  const logFile = join(temporaryFolder(), "deep", "server.log");
  const child = await realProcesses.spawn({
    argv: [process.execPath, "-e", script],
    variables: { PATH: process.env["PATH"] ?? "" },
    logFile,
    secrets,
  });
  if (!child.ok) throw new Error(child.problem.message);
  await child.value.exited;
  return readFileSync(logFile);
}

describe("the log of a process", () => {
  it("has stdout and stderr in their order, and no secret, also one that comes in two pieces", async () => {
    const log = await logOf(`
      const { writeSync } = require("node:fs");
      writeSync(1, "out geheim-");
      writeSync(2, "0123456789 err\\n");
      writeSync(1, "HF_TOKEN=hf_abcdefghijklmnopqrst\\n");
      setTimeout(() => writeSync(2, "end geheim-0123456789"), 50);
    `);
    expect(log.toString()).toBe("out *** err\nHF_TOKEN=***\nend ***");
  });

  it("keeps bytes that are no UTF-8, and masks a secret that has other letters than ASCII", async () => {
    const log = await logOf(
      `require("node:fs").writeSync(1, Buffer.from([0xff, 0xfe, 0x0a]));
      require("node:fs").writeSync(1, "pässword-ünder-0\\n")`,
      { secrets: ["pässword-ünder-0"] },
    );
    expect(log).toEqual(Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("***\n")]));
  });

  it("can be opened by the process itself", async () => {
    const log = await logOf(`require("node:fs").appendFileSync("/dev/stderr", "by name ${secret}\\n")`);
    expect(log.toString()).toBe("by name ***\n");
  });

  it("is whole when the process has ended, however much it wrote, and holds up nobody", async () => {
    const log = await logOf(`const line = "x".repeat(99) + "\\n";
      for (let at = 0; at < 100_000; at += 1) require("node:fs").writeSync(1, line)`);
    expect(log.length).toBe(10_000_000);
  });

  it("is read while the process lives on", async () => {
    const logFile = join(temporaryFolder(), "server.log");
    const child = await realProcesses.spawn({
      argv: [process.execPath, "-e", "console.log('ready'); setTimeout(() => {}, 60_000)"],
      variables: {},
      logFile,
    });
    if (!child.ok) throw new Error(child.problem.message);
    try {
      await expect
        .poll(
          async () => {
            await child.value.logWritten?.();
            return readFileSync(logFile, "utf8");
          },
          { timeout: 10_000 },
        )
        .toBe("ready\n");
    } finally {
      realProcesses.signal(child.value.pid, "SIGKILL");
      await child.value.exited;
    }
  });

  it("leaves no pipe behind, also where the program is not there", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("ceteris-log-"));
    const started = await realProcesses.spawn({
      argv: ["/no/such/program"],
      variables: {},
      logFile: join(temporaryFolder(), "server.log"),
    });
    expect(started).toMatchObject({ ok: false, problem: { code: "program-not-started" } });
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("ceteris-log-"));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it.runIf(existsSync("/proc/self/fd"))(
    "is closed at both ends, however its process ended or where none was started",
    async () => {
      const ofLog = (file: string) => () =>
        readdirSync("/proc/self/fd").filter((fd) => {
          try {
            return (
              /ceteris-log-/.test(readlinkSync(`/proc/self/fd/${fd}`)) || readlinkSync(`/proc/self/fd/${fd}`) === file
            );
          } catch {
            return false; // closed meanwhile
          }
        });
      const logFile = join(temporaryFolder(), "server.log");
      const open = ofLog(logFile);
      const spawn = (...argv: string[]) => realProcesses.spawn({ argv, variables: {}, logFile, secrets: [secret] });
      const child = await spawn(process.execPath, "-e", "setTimeout(() => {}, 60_000)");
      if (!child.ok) throw new Error(child.problem.message);
      expect(open()).toHaveLength(2); // the reader, and the file
      realProcesses.signal(child.value.pid, "SIGKILL");
      await child.value.exited;
      await expect.poll(open).toEqual([]);
      expect(await spawn("/no/such/program")).toMatchObject({ ok: false });
      await expect.poll(open).toEqual([]);
      await expect(spawn(process.execPath, "an argument with a \0")).rejects.toThrow("null bytes");
      await expect.poll(open).toEqual([]);
    },
  );

  it("removes the pipe that a killed run left, and none that may be in use", async () => {
    const temporary = temporaryFolder();
    vi.stubEnv("TMPDIR", temporary);
    for (const name of ["ceteris-log-old", "ceteris-log-new", "another-old"]) writeFileSync(join(temporary, name), "");
    const twoMinutesAgo = new Date(Date.now() - 120_000);
    for (const name of ["ceteris-log-old", "another-old"])
      utimesSync(join(temporary, name), twoMinutesAgo, twoMinutesAgo);
    try {
      expect((await logOf(`console.log("ready")`)).toString()).toBe("ready\n");
    } finally {
      vi.unstubAllEnvs();
    }
    expect(readdirSync(temporary).toSorted()).toEqual(["another-old", "ceteris-log-new"]);
  });
});
