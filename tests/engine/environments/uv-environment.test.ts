import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeEnvironment } from "../../../src/engine/environments/uv-environment.ts";
import { claimLease, readLease } from "../../../src/world/lease.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import type { World } from "../../../src/world/world.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

type Answer = { code: number | null; stdout: string; stderr: string };
const good: Answer = { code: 0, stdout: "", stderr: "" };

/** A world whose programs are these; each run is noted by its program and first arguments. */
function worldWith(answers: (argv: string[]) => Answer, variables: Record<string, string> = {}) {
  const runs: string[][] = [];
  const real = realWorld();
  const world: World = {
    ...real,
    variables,
    processes: {
      ...real.processes,
      run(argv, options) {
        runs.push(argv);
        const answer = answers(argv);
        for (const line of `${answer.stdout}${answer.stderr}`.split("\n")) options?.onLine?.(line);
        return Promise.resolve(answer);
      },
    },
  };
  return { world, runs };
}

/** A python 3.11 and a uv that make what they are told. */
function workingPrograms(argv: string[]): Answer {
  if (argv[1] === "-c") return { ...good, stdout: "3 11 /usr/bin/python3.11" };
  if (argv[1] === "venv") {
    const folder = argv.at(-1) ?? "";
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "bin", "python"), "");
  }
  return good;
}

function setUp(): { requirementsFile: string; cacheFolder: string; said: string[] } {
  const folder = temporaryFolder();
  const requirementsFile = join(folder, "x.txt");
  writeFileSync(requirementsFile, "# two packages\na==1\nb==2\n");
  return { requirementsFile, cacheFolder: join(folder, "cache"), said: [] };
}

function optionsOf(set: ReturnType<typeof setUp>, pythons = ["python3"]) {
  const { requirementsFile, cacheFolder, said } = set;
  return { name: "x", requirementsFile, cacheFolder, pythons, onProgress: (line: string) => said.push(line) };
}

describe("an environment of a locked list", () => {
  it("is made once, from the python and the uv that there are, and found again", async () => {
    const set = setUp();
    const { world, runs } = worldWith(workingPrograms);
    const made = await makeEnvironment(world, optionsOf(set));
    expect(made).toMatchObject({ ok: true });
    const folder = made.ok ? made.value.folder : "";
    expect(dirname(folder)).toBe(join(set.cacheFolder, "environments"));
    expect(runs.map((argv) => argv.slice(0, 3).join(" "))).toEqual([
      expect.stringContaining("python3 -c"),
      "uv --version",
      "uv venv --quiet",
      "uv pip install",
    ]);
    expect(set.said.join("\n")).toContain("installing 2 packages");
    expect(await readLease(world, `${folder}.lease`)).toBeNull();

    const again = worldWith(() => ({ ...good, code: 1 }));
    expect(await makeEnvironment(again.world, optionsOf(set))).toEqual(made);
    expect(again.runs).toEqual([]);
  });

  it("is another one for another list", async () => {
    const set = setUp();
    const { world } = worldWith(workingPrograms);
    const first = await makeEnvironment(world, optionsOf(set));
    writeFileSync(set.requirementsFile, "a==1\nb==3\n");
    const second = await makeEnvironment(world, optionsOf(set));
    expect(first.ok && second.ok && first.value.folder !== second.value.folder).toBe(true);
  });

  it("leaves nothing behind when its making fails, and says what to do", async () => {
    const set = setUp();
    const { world } = worldWith((argv) =>
      argv[1] === "pip"
        ? { code: 2, stdout: "", stderr: "error: Failed to fetch: `https://index`" }
        : workingPrograms(argv),
    );
    const result = await makeEnvironment(world, optionsOf(set));
    expect(result).toMatchObject({
      ok: false,
      problem: { code: "environment-not-made", hint: expect.stringContaining("package index") as string },
    });
    expect(existsSync(join(set.cacheFolder, "environments"))).toBe(true);
    const left = await world.files.list(join(set.cacheFolder, "environments"));
    expect(left.filter((name) => !name.endsWith(".lease"))).toEqual([]);
  });

  it("takes the first python that is new enough, and names those that are not", async () => {
    const set = setUp();
    const versions: Record<string, string> = { python3: "3 9 /usr/bin/python3", python: "3 12 /usr/bin/python" };
    const answers = (argv: string[]) =>
      argv[1] === "-c" ? { ...good, stdout: versions[argv[0] ?? ""] ?? "" } : workingPrograms(argv);
    const both = worldWith(answers);
    expect(await makeEnvironment(both.world, optionsOf(set, ["python3", "python"]))).toMatchObject({ ok: true });
    expect(both.runs.find(([, second]) => second === "venv")).toContain("/usr/bin/python");
    const old = worldWith(answers);
    writeFileSync(set.requirementsFile, "a==2\n");
    expect(await makeEnvironment(old.world, optionsOf(set, ["python3"]))).toMatchObject({
      ok: false,
      problem: { code: "python-too-old", message: "python3 is Python 3.9; 3.11 is needed" },
    });
  });

  it("has a uv of our own put into the cache where there is none", async () => {
    const set = setUp();
    let installed = false;
    const { world, runs } = worldWith((argv) => {
      if (argv.includes("--version")) return { ...good, code: installed ? 0 : null };
      if (argv.some((item) => item.startsWith("uv=="))) installed = true;
      return workingPrograms(argv);
    });
    expect(await makeEnvironment(world, optionsOf(set))).toMatchObject({ ok: true });
    const uv = runs.find(([, second]) => second === "venv")?.[0] ?? "";
    expect(uv.startsWith(join(set.cacheFolder, "uv-"))).toBe(true);
  });

  it("waits for a run that makes it", async () => {
    const set = setUp();
    const { world } = worldWith(workingPrograms);
    const made = await makeEnvironment(world, optionsOf(set));
    const folder = made.ok ? made.value.folder : "";
    await world.files.remove(folder);

    const holder = await claimLease(world, `${folder}.lease`, { code: "locked", doing: "at it", hint: () => "" });
    let waited = 0;
    const clock = {
      ...world.clock,
      async sleep(ms: number, signal?: AbortSignal) {
        if (signal !== undefined) return await world.clock.sleep(ms, signal); // until the lease is over
        waited += 1;
        if (waited === 3 && holder.ok) await holder.value.release();
      },
    };
    expect(await makeEnvironment({ ...world, clock }, optionsOf(set))).toMatchObject({ ok: true });
    expect(waited).toBe(3);
    expect(set.said.join("\n")).toContain("Waiting for another run");
  });
});
