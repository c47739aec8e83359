import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../src/commands/run.ts";
import type { World } from "../../src/world/world.ts";
import { smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** `ceteris run small.yaml`, with `--json` unless told otherwise, in a folder of its own, in a world of which `more` replaces parts. */
async function command(
  folder: string,
  more: (usual: World) => Partial<World> = () => ({}),
  text = smallMatrix(),
  json = true,
) {
  mkdirSync(join(folder, "experiments"), { recursive: true });
  writeFileSync(join(folder, "small.yaml"), text);
  const said = { out: "", err: "" };
  const world = studyWorld(folder, (usual) => {
    const streams = {
      ...usual.streams,
      out: (line: string) => void (said.out += line),
      err: (line: string) => void (said.err += line),
    };
    return { streams, ...more({ ...usual, streams }) };
  });
  const options = { matrix: "small.yaml", dryRun: false, tracking: "none", json };
  const code = await runCommand(world, options, new AbortController().signal);
  const events = said.out
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type: string; trials?: Record<string, number>; report?: string | null });
  return { code, world, ...said, summary: events.find(({ type }) => type === "summary") };
}

/** 0, and 4 where a busy machine kept the client from its core. */
const measured = [0, 4];
const page = "reports/out/small.md";

describe("ceteris run", () => {
  it("plans, measures, reports and says where", async () => {
    const folder = temporaryFolder();
    const { code, summary } = await command(folder);
    expect(measured).toContain(code);
    expect(summary).toMatchObject({ report: page.replace(".md", ".html"), trials: { failed: 0 } });
    expect(readFileSync(join(folder, page), "utf8").split("\n")[0]).toContain("SIMULATED");
  });

  it("makes its pages again between two blocks; one that cannot be made is told once, and stops nothing", async () => {
    const folder = temporaryFolder();
    const pages: string[] = [];
    let hasEnded = false;
    const counted = ({ files, clock, streams }: World, refused: number): Partial<World> => ({
      // A minute passes with the first trial: a run that is shorter has no page before its end.
      clock: { ...clock, nowNs: () => clock.nowNs() + (hasEnded ? 60_000_000_000n : 0n) },
      streams: {
        ...streams,
        out(line) {
          hasEnded ||= line.includes('"trial-end"');
          streams.out(line);
        },
      },
      files: {
        ...files,
        async writeText(path, text) {
          if (path.endsWith(page)) {
            pages.push(text);
            if (pages.length <= refused) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
          }
          await files.writeText(path, text);
        },
      },
    });
    const three = smallMatrix({ repeats: 3 });
    const { code, summary } = await command(folder, (usual) => counted(usual, 0), three);
    expect(measured).toContain(code);
    expect(summary).toMatchObject({ report: page.replace(".md", ".html") });
    // After each block but the last, and at the end; less often where that takes more than its share of the time.
    expect(pages.length).toBeGreaterThanOrEqual(2);
    expect(pages.length).toBeLessThanOrEqual(3);
    expect(existsSync(join(folder, "reports/out/small.html"))).toBe(true);

    pages.length = 0;
    hasEnded = false;
    const other = temporaryFolder();
    const refused = await command(other, (usual) => counted(usual, 1), three);
    expect(measured).toContain(refused.code);
    expect(refused.out.match(/no report of the blocks so far: cannot write/g)).toHaveLength(1);
    expect(existsSync(join(other, page))).toBe(true);
  });

  it("says next which trials the command that it names runs again", async () => {
    const fault = { CETERIS_SIMULATED_FAULT: "crash-at-start:out-of-memory" };
    const faulty = (usual: World): Partial<World> => ({ variables: { ...usual.variables, ...fault } });
    const { code, err } = await command(temporaryFolder(), faulty, smallMatrix(), false);
    expect(code).toBe(3);
    expect(err).toMatch(/^Next: ceteris run small\.yaml .*--retry failed runs the FAILED trials again$/m);
  });

  it("keeps what it measured where the page cannot be written, and says why and what next", async () => {
    const folder = temporaryFolder();
    const { code, err, summary, world } = await command(folder, ({ files }) => ({
      files: {
        ...files,
        async writeText(path, text) {
          if (path.endsWith(page)) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
          await files.writeText(path, text);
        },
      },
    }));
    expect(measured).toContain(code);
    expect(summary).toMatchObject({ report: null, trials: { failed: 0 } });
    expect(err).toContain("cannot write");
    expect(existsSync(join(folder, page))).toBe(false);
    const again = await command(folder);
    expect([again.code, again.world.started, existsSync(join(folder, page))]).toEqual([code, 0, true]);
    expect(world.started).toBe(2);
  });

  it("keeps what it measured where an internal error ends the report, and says how to make it", async () => {
    const { code, err, summary } = await command(temporaryFolder(), ({ files }) => ({
      files: {
        ...files,
        async readText(path) {
          if (path.endsWith(".md.hbs")) throw new TypeError("planted in the report");
          return files.readText(path);
        },
      },
    }));
    expect(measured).toContain(code);
    expect(summary).toMatchObject({ report: null });
    expect(err).toContain("planted in the report");
    expect(err).toContain("ceteris report small");
  });

  it("keeps with each trial what was found of the machine, and measures nothing on one that cannot do what is asked", async () => {
    const folder = temporaryFolder();
    const powersave = ({ files }: World): Partial<World> => ({
      files: {
        ...files,
        readText: (path) =>
          path.endsWith("/scaling_governor") ? Promise.resolve("powersave\n") : files.readText(path),
      },
    });
    const { code, out } = await command(folder, powersave);
    expect(measured).toContain(code);
    expect(out).toMatch(/may disturb the figures .*cpu-governor: governor powersave/);
    const study = join(folder, "results/small");
    const [experiment = ""] = readdirSync(study).filter((name) => name.startsWith("exp1_"));
    const [trial = ""] = readdirSync(join(study, experiment));
    const stored = JSON.parse(readFileSync(join(study, experiment, trial, "trial.json"), "utf8")) as {
      provenance: { preflight: { id: string; state: string; value: string }[] };
    };
    expect(stored.provenance.preflight.map(({ id }) => id)).toContain("open-files");

    const refused = temporaryFolder();
    const limits = "Max open files            24                   24                   files\n";
    const few = await command(refused, ({ files }) => ({
      files: {
        ...files,
        readText: (path) => (path === "/proc/self/limits" ? Promise.resolve(limits) : files.readText(path)),
      },
    }));
    expect([few.code, few.world.started]).toEqual([2, 0]);
    expect(few.err).toContain("open-files: 24 may be open, 136 needed");
    expect(few.err).toContain("ulimit -n");
  });
});
