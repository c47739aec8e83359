import { describe, expect, it } from "vitest";
import { boardPages, placesFrom, siteStudy, sitePaths, trialsPage, withNavigation } from "../../../src/report/index.ts";
import type { ReportInput } from "../../../src/report/index.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const files = { css: ".a{}</style>", scripts: ["// one", "alert('</script>')"] };
const hostile = '<script>"&\u202E';

/** A study of the site, one of whose trials was edited. */
function made(
  change: (input: ReportInput) => ReportInput = (input) => input,
  origin: "measured" | "simulated" = "measured",
) {
  const input = change(fakeReportInput(origin));
  const [first] = input.trials;
  const proofs = new Map(
    input.trials.map(({ spec }) => [
      spec.trialId,
      {
        manifest: "ab".repeat(32),
        differences: spec.trialId === first!.spec.trialId ? ["trial.json has another sha256 (9 → 8 bytes)"] : [],
      },
    ]),
  );
  return siteStudy(input, proofs);
}

describe("a study of the site", () => {
  it("has a row for each configuration, with model, engine, GPU, figures, decision, origin and what was edited", () => {
    const { study, trials } = made();
    expect(study).toMatchObject({ name: "fake-study", design: "stacked", date: "2026-01-01", origins: [], edited: 1 });
    expect(study.answer).not.toBe("");
    expect(study.rows.map(({ experiment }) => experiment)).toEqual(["baseline", "fp8", "len2668", "int8", "sort"]);
    expect(study.rows[0]).toMatchObject({
      model: "example/tiny-8b",
      engine: "fake 0.32.0",
      gpus: ["Example H100"],
      usable: 3,
      of: 3,
      outcome: "BASELINE",
      edited: 1,
    });
    expect(study.rows[0]!.figures[0]).toBeCloseTo((1089 * 1082 * 1094) ** (1 / 3), 9);
    // A row that nothing was run of has no figure, and its model is the study's.
    expect(study.rows[4]).toMatchObject({ model: "example/tiny-8b", gpus: [], outcome: "SKIPPED" });
    expect(study.rows[4]!.figures.every((value) => value === null)).toBe(true);
    expect(trials).toHaveLength(12);
    expect(trials[0]).toMatchObject({ status: "VALID", proof: { manifest: "ab".repeat(32) } });
    expect(made(undefined, "simulated").study.rows[0]!.origins).toEqual(["SIMULATED", "STAND-IN"]);
  });
});

describe("pages", () => {
  it("are the index and one for each model and GPU, whose links hold from their folders", () => {
    const { study } = made();
    const pages = boardPages([study.name], [study], files);
    expect([...pages.keys()]).toEqual(["index.html", "models/example-tiny-8b.html", "gpus/Example-H100.html"]);
    const index = pages.get("index.html")!;
    const id = study.rows[0]!.experimentId;
    expect(index).toContain(`<a href="studies/fake-study/trials.html#${id}">1,088.32</a>`);
    expect(index).toContain('<a href="studies/fake-study/index.html">fake-study</a>');
    expect(index).toContain("(1 EDITED)");
    // Figures as a page writes them; of single GPUs no column repeats another.
    expect(index).toMatch(/\+34\.\d\u202F%/);
    const single = {
      ...study,
      rows: study.rows.map((row) => ({ ...row, figures: [row.figures[0]!, row.figures[0]!] })),
    };
    expect(boardPages([study.name], [single], files).get("index.html")).not.toContain("Per GPU");
    const onTwo = { ...study, rows: study.rows.map((row) => ({ ...row, figures: [row.figures[0]!, 500] })) };
    expect(boardPages([study.name], [onTwo], files).get("index.html")).toContain("Per GPU (tok/s)");
    expect(pages.get("models/example-tiny-8b.html")).toContain('<a href="../gpus/Example-H100.html">Example H100</a>');
    expect(pages.get("gpus/Example-H100.html")).toContain('<a href="../index.html">All studies</a>');
    // Every row says where its numbers come from.
    const rows = index.split("Configurations</h2>")[1]!.match(/<tr data-.*?<\/tr>/g)!;
    expect(rows).toHaveLength(5);
    expect(rows.every((row) => row.includes("<td>measured</td>"))).toBe(true);
    expect(boardPages([study.name], [study], files)).toEqual(pages);
  });

  it("lead from each figure to its trials: an anchor for each configuration and trial, with the digest of its manifest", () => {
    const { study, trials } = made();
    const page = trialsPage(study, trials, [{ title: "All studies", href: "../../index.html" }], files);
    for (const { experimentId } of study.rows) expect(page).toContain(`<section id="${experimentId}"`);
    for (const { trialId } of trials) expect(page).toContain(`<tr id="${trialId}">`);
    expect(page).toContain("<td>VALID, EDITED</td>");
    expect(page).toContain(`<li>${trials[0]!.trialId}: trial.json has another sha256 (9 → 8 bytes)</li>`);
    expect(page).toContain("ab".repeat(32));
    // Of a folder no line breaks, so that it can be copied.
    expect(page).toContain(`<td class="id">${trials[0]!.folder}</td>`);
  });

  it("hold hostile names as text, and run no script but their own", () => {
    const { study, trials } = made((input) => ({
      ...input,
      study: { ...input.study, name: hostile, question: hostile },
      trials: input.trials.map((trial) => ({ ...trial, verdict: { ...trial.verdict, reason: hostile } })),
    }));
    const texts = [...boardPages([hostile], [study], files).values(), trialsPage(study, trials, [], files)];
    for (const text of texts) {
      expect(text).not.toContain('<script>"');
      expect(text).not.toContain("\u202E");
      expect(text.match(/<script>/g)).toHaveLength(2);
      expect(text.match(/'sha256-[^']+'/g)).toHaveLength(2);
      expect(text.match(/<style>/g)).toHaveLength(1);
    }
    expect(texts[0]).toContain("&lt;script&gt;&quot;&amp;");
  });

  it("of nothing say so", () => {
    const index = boardPages([], [], files).get("index.html")!;
    expect(index).toContain("No study yet.");
    expect(index).toContain("No configuration yet.");
  });
});

describe("paths", () => {
  it("are readable, and differ where names differ in signs or case alone", () => {
    const paths = sitePaths(["a", "b/c", "b c", "D", "d", "..", ""], []);
    expect(paths.study("a")).toBe("studies/a/index.html");
    const others = ["b/c", "b c", "D", "d", "..", ""].map(paths.trials);
    expect(new Set(others.map((path) => path.toLowerCase())).size).toBe(6);
    for (const path of others) expect(path).toMatch(/^studies\/[A-Za-z0-9][\w.-]*-[0-9a-f]{8}\/trials\.html$/);
    expect(placesFrom(paths, 2).trials("a")).toBe("../../studies/a/trials.html");
  });
});

it("a report has the links of the site above it, and leads to the trials of each configuration", () => {
  const report = '<body>\n<div class="page">\n<header>';
  const nav = '<nav class="context" aria-label="Site"><span><a href="../x.html">A &amp; B</a></span></nav>';
  const links = [{ title: "A & B", href: "../x.html" }];
  expect(withNavigation(report, links, [])).toBe(`<body>\n<div class="page">\n${nav}\n<header>`);
  expect(withNavigation(report, links, [{ title: "<fp8>", href: "trials.html#exp1_a" }])).toContain(
    `${nav}\n<nav class="context" aria-label="Trials"><details><summary>Trials behind the figures</summary><a href="trials.html#exp1_a">&lt;fp8&gt;</a></details></nav>\n<header>`,
  );
});
