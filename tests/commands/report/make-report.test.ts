import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { makeReport } from "../../../src/commands/report/make-report.ts";
import { expandStudy, orderTrials } from "../../../src/design/index.ts";
import { writeTrial } from "../../../src/store/index.ts";
import { studyRecord, writeStudyRecord } from "../../../src/store/study-file.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import type { World } from "../../../src/world/world.ts";
import { fakeTrial, foundIn } from "../../support/fake-trials.ts";
import { makeStudy } from "../../support/make-study.ts";
import { studyWorld } from "../../support/study-world.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const study = makeStudy(
  { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
  { name: "fake-study", accuracyNotApplicable: "nothing is measured" },
);
const expansion = expandStudy(study);
const { experiments, contrasts } = expansion;
const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };

/** The user's folder, and the folder of the trial that is written last. */
let folder = "";
let lastTrial = "";
beforeEach(async () => {
  folder = temporaryFolder();
  await write((trial) => trial);
});

/** The study in the user's folder, as `found` has its trials. */
async function write(found: (trial: Trial) => Trial): Promise<void> {
  const world = studyWorld(folder);
  const results = join(folder, "results");
  await writeStudyRecord(world, results, studyRecord(plan, "matrices/test.yaml", []));
  for (const [place, spec] of plan.trials.entries()) {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const throughput = (spec.experiment === "fp8" ? 1500 : 1000) + place;
    const trial = { ...fakeTrial(experiment, { fidelity: "screen", status: "SCREENED", throughput }), spec };
    const written = await writeTrial(world, results, found(trial), { observation: null, outputs: null });
    if (!written.ok) throw new Error(written.problem.message);
    lastTrial = written.value;
  }
}

async function made(more?: (usual: World) => Partial<World>, out?: string) {
  const place = { resultsFolder: join(folder, "results"), study: "fake-study", ...(out === undefined ? {} : { out }) };
  const report = await makeReport(studyWorld(folder, more), place);
  if (!report.ok) throw new Error(report.problem.message);
  return report.value;
}

const page = (path = "reports/out/fake-study.md"): string => readFileSync(join(folder, path), "utf8");

describe("a report", () => {
  it("names a template or query of the user's that lies where earlier versions looked for it", async () => {
    for (const [place, file] of [
      ["templates", "study.md.hbs"],
      ["queries", "mine.sql"],
    ] as const) {
      const own = join(folder, "reports", place);
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, file), "SELECT 1");
      const { paths, analysis } = await made();
      expect(paths).toMatchObject({ ok: false, problem: { code: "report-moved" } });
      expect(paths.ok ? "" : paths.problem.message).toBe(`reports/${place}/${file} is no longer read`);
      expect(analysis.decisions).not.toEqual([]);
      rmSync(own, { recursive: true });
    }
    expect((await made()).paths.ok).toBe(true);
  });

  it("is a page of the decisions, and the same results give the same bytes", async () => {
    const first = await made();
    expect(first.paths).toEqual({ ok: true, value: ["reports/out/fake-study.md"] });
    expect(first.analysis.decisions.map(({ experiment }) => experiment)).toEqual(["baseline", "fp8"]);
    const text = page();
    expect(text).toContain(`**fp8** ${first.analysis.decisions[1]!.outcome}`);
    await made();
    expect(page()).toBe(text);
  });

  it("goes where it is asked to, by the user's own template and with his queries", async () => {
    mkdirSync(join(folder, "reports/study"), { recursive: true });
    writeFileSync(join(folder, "reports/study/report.md.hbs"), "# ours of {{study.name}}\n");
    writeFileSync(join(folder, "reports/study/own.sql"), "SELECT count(*) AS n FROM trials WHERE study = $study");
    const { paths } = await made(undefined, "elsewhere/page.md");
    expect(paths).toEqual({ ok: true, value: ["elsewhere/page.md"] });
    expect(page("elsewhere/page.md")).toBe("# ours of fake-study\n");
  });

  it("is made in each format that is asked for", async () => {
    const place = { resultsFolder: join(folder, "results"), study: "fake-study", out: "all" };
    const report = await makeReport(studyWorld(folder), { ...place, formats: ["md", "html", "json", "csv"] });
    const paths = report.ok && report.value.paths.ok ? report.value.paths.value : [];
    expect(paths).toEqual(
      expect.arrayContaining([
        "all/fake-study.md",
        "all/fake-study.html",
        "all/fake-study.json",
        "all/fake-study/results.csv",
      ]) as string[],
    );
    const tables = JSON.parse(page("all/fake-study.json")) as { results: { experiment: string }[] };
    expect(tables.results.map(({ experiment }) => experiment)).toEqual(["baseline", "fp8"]);
    expect(page("all/fake-study/results.csv")).toMatch(/^experiment,/);
    expect(page("all/fake-study.html")).toContain('<div class="single"');
  });

  it("is made for LaTeX in a folder of the study, and markdown shows the charts that are files", async () => {
    const place = { resultsFolder: join(folder, "results"), study: "fake-study", out: "all" };
    const world = studyWorld(folder, ({ processes, streams }) => ({
      streams: { ...streams, err: () => {} },
      processes: { ...processes, run: () => Promise.resolve({ code: null, stdout: "", stderr: "" }) },
    }));
    const formats = ["md", "svg", "latex"] as const;
    const report = await makeReport(world, { ...place, formats });
    const paths = report.ok && report.value.paths.ok ? report.value.paths.value : [];
    const charts = paths.filter((path) => /^all\/fake-study\/[^/]+\.svg$/.test(path));
    expect(charts.length).toBeGreaterThan(0);
    expect(paths).toContain("all/fake-study/report.tex");
    expect(paths).toContain("all/fake-study/tables/results.tex");
    for (const chart of charts) {
      const name = chart.slice("all/fake-study/".length);
      expect(paths).toContain(`all/fake-study/figures/${name}`);
      expect(page("all/fake-study.md")).toContain(`](fake-study/${name})`);
    }
    const first = paths.map(page);
    await makeReport(world, { ...place, formats });
    expect(paths.map(page)).toEqual(first);
    await makeReport(world, { ...place, formats: ["md", "csv"] });
    expect(page("all/fake-study.md")).not.toContain("](");
  });

  it("names what it leaves out, and judges the rest", async () => {
    writeFileSync(join(lastTrial, "trial.json"), "{ broken");
    const { leftOut, analysis } = await made();
    expect(leftOut.map(({ path }) => path)).toEqual([lastTrial]);
    expect(analysis.summaries).toHaveLength(2);
    expect(page()).toContain("which cannot be read");
  });

  it("has its judgements though a query is wrong or the page cannot be written, and says which", async () => {
    mkdirSync(join(folder, "reports/study"), { recursive: true });
    writeFileSync(join(folder, "reports/study/wrong.sql"), "SELECT nothing FROM nowhere");
    const asked = await made();
    expect(asked.paths).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("wrong.sql") as string },
    });
    expect(asked.analysis.decisions).toHaveLength(2);
    writeFileSync(join(folder, "reports/study/wrong.sql"), "SELECT 1 AS one");
    const full = await made(({ files }) => ({
      files: {
        ...files,
        writeText: (path, text) =>
          path.endsWith(".md")
            ? Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }))
            : files.writeText(path, text),
      },
    }));
    expect(full.paths).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("cannot write") as string },
    });
    expect(full.analysis.decisions).toHaveLength(2);
  });

  it("ships nothing where the arms ran on unlike hardware, and names it", async () => {
    folder = temporaryFolder();
    await write((trial) =>
      trial.spec.experiment === "fp8" ? foundIn(trial, { host: { cpuModel: "Other CPU" } }) : trial,
    );
    const { decisions } = (await made()).analysis;
    expect(decisions[1]).toMatchObject({ experiment: "fp8", outcome: "HOLD" });
    expect(page()).toMatch(/confounded: [^\n]*Other CPU against Example CPU/);
  });

  it("is a failure where the study's record is not there", async () => {
    const report = await makeReport(studyWorld(folder), { resultsFolder: join(folder, "results"), study: "another" });
    expect(report).toMatchObject({ ok: false, problem: { code: "no-such-study" } });
  });
});
