import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { siteBuildCommand } from "../../src/commands/site.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { studyRecord, writeStudyRecord, writeTrial } from "../../src/store/index.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { makeStudy } from "../support/make-study.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
let folder = "";
let lastTrial = "";

/** A study with a trial of each row. */
async function write(name: string): Promise<void> {
  const world = studyWorld(folder);
  const study = makeStudy(
    { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
    { name, repeats: 1, accuracyNotApplicable: "nothing is measured" },
  );
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
  await writeStudyRecord(world, join(folder, "results"), studyRecord(plan, "matrices/test.yaml", []));
  for (const spec of plan.trials) {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const trial = { ...fakeTrial(experiment, { fidelity: "screen", status: "SCREENED" }), spec, study: name };
    const written = await writeTrial(world, join(folder, "results"), trial, { observation: null, outputs: null });
    if (!written.ok) throw new Error(written.problem.message);
    lastTrial = written.value;
  }
}

/** Paths that a build wrote, within the site. */
async function build() {
  const wrote: string[] = [];
  let said = "";
  const world = studyWorld(folder, ({ files, streams }) => ({
    files: {
      ...files,
      async writeText(path, text) {
        if (path.includes("/site/")) wrote.push(path.slice(path.indexOf("/site/") + 6));
        await files.writeText(path, text);
      },
    },
    streams: { ...streams, err: (text) => void (said += text) },
  }));
  const code = await siteBuildCommand(world, { out: "site" });
  return { code, wrote: wrote.filter((path) => path !== "site.json"), said };
}

const page = (path: string): string => readFileSync(join(folder, "site", path), "utf8");

beforeEach(async () => {
  folder = temporaryFolder();
  await write("one");
  await write("two");
});

describe("ceteris site build", () => {
  it("makes a page of each study, its trials, model and GPU, and only those whose inputs changed the next time", async () => {
    const first = await build();
    expect(first.code).toBe(0);
    const board = ["index.html", "models/org-model-8B.html", "gpus/Example-H100.html"];
    const ofStudy = (name: string) => [`studies/${name}/index.html`, `studies/${name}/trials.html`];
    expect(first.wrote.toSorted()).toEqual([...board, ...ofStudy("one"), ...ofStudy("two")].toSorted());
    expect(page("studies/one/index.html")).toContain('<a href="../../studies/one/trials.html">Trials</a>');
    expect(page("studies/one/index.html")).toMatch(/<a href="..\/..\/studies\/one\/trials.html#exp1_\w+">fp8<\/a>/);
    expect(await build()).toMatchObject({ wrote: [], said: "0 pages made, 7 as they were\n" });

    rmSync(join(folder, "site", "studies/one/trials.html"));
    expect((await build()).wrote).toEqual(ofStudy("one"));

    await write("three");
    const more = await build();
    expect(more.wrote.toSorted()).toEqual([...board, ...ofStudy("three")].toSorted());

    rmSync(join(folder, "results", "two"), { recursive: true });
    expect((await build()).wrote.toSorted()).toEqual([...board].toSorted());
    expect(existsSync(join(folder, "site", "studies/two/index.html"))).toBe(false);
  });

  it("marks a trial whose manifest does not hold as edited, wherever it is shown", async () => {
    await build();
    const path = join(lastTrial, "trial.json");
    writeFileSync(path, `${readFileSync(path, "utf8")} `);
    expect((await build()).wrote).toContain("studies/two/trials.html");
    expect(page("studies/two/trials.html")).toContain("INVALID, EDITED");
    expect(page("studies/two/trials.html")).toContain("trial.json has another sha256");
    expect(page("index.html")).toContain("(1 EDITED)");
    expect(page("studies/one/trials.html")).not.toContain("EDITED");
  });

  it("removes nothing but pages, whatever its record says, and makes all anew where the record is broken", async () => {
    await build();
    const record = join(folder, "site", "site.json");
    const text = JSON.parse(readFileSync(record, "utf8")) as { boards: Record<string, string> };
    const others = ["../keep.html", "studies/../../keep.html", "notes.html"];
    for (const path of others) writeFileSync(join(folder, "site", path), "mine");
    writeFileSync(record, JSON.stringify({ ...text, boards: Object.fromEntries(others.map((path) => [path, ""])) }));
    await build();
    for (const path of others) expect(existsSync(join(folder, "site", path))).toBe(true);
    for (const broken of ["{", '{"format":"ceteris.site/1"}']) {
      writeFileSync(record, broken);
      expect((await build()).wrote).toHaveLength(7);
    }
  });

  it("makes every page again where a file of the user's reports folder changes", async () => {
    await build();
    mkdirSync(join(folder, "reports"));
    writeFileSync(join(folder, "reports", "site.css"), "/* mine */");
    expect((await build()).wrote).toHaveLength(7);
    expect(page("index.html")).toContain("/* mine */");
  });

  it("leaves the pages as they are where there is no results folder", async () => {
    await build();
    renameSync(join(folder, "results"), join(folder, "resulst"));
    expect(await build()).toMatchObject({ code: 2, wrote: [], said: expect.stringContaining("no results folder") });
    expect(existsSync(join(folder, "site", "studies/one/index.html"))).toBe(true);
  });

  it("goes on without a study whose record cannot be read, and says so", async () => {
    writeFileSync(join(folder, "results", "one", "study.json"), "{");
    const { code, said } = await build();
    expect(code).toBe(2);
    expect(said).toContain("study.json");
    expect(existsSync(join(folder, "site", "studies/two/index.html"))).toBe(true);
  });
});
