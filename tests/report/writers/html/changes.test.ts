import { describe, expect, it } from "vitest";
import { forestOf, type Forest, type ForestRow } from "../../../../src/report/forest.ts";
import { changesHtml } from "../../../../src/report/writers/html/changes.ts";
import { fakeReportInput } from "../../../support/fake-report.ts";

const fake = forestOf(fakeReportInput());
const baseline = fake.rows[0]!;
const some = fake.rows.find(({ own, why, outcome }) => own !== null && why === null && outcome !== "BASELINE")!;

/** A baseline and so many changes, in turn of two knobs; every third is a HOLD, the rest ship by more and more. */
function forestOfMany(number: number): Forest {
  const changes = Array.from({ length: number }, (_, at): ForestRow => {
    const group = at % 2 === 0 ? "max_num_seqs" : "quantization";
    const own = { ratio: 1 + at / 1000, interval: { lower: 1 + at / 1000 - 0.01, upper: 1 + at / 1000 + 0.01 } };
    return { ...some, name: `c${at}`, group, own, soFar: null, outcome: at % 3 === 0 ? "HOLD" : "SHIP" };
  });
  return { ...fake, rows: [baseline, ...changes] };
}

const count = (html: string, part: string | RegExp): number => html.split(part).length - 1;

describe("changesHtml", () => {
  it("draws a single change at full width with its figures, and no table", () => {
    const { html, isLong } = changesHtml(forestOfMany(1), "");
    expect(html).not.toContain("<table");
    expect(html).toContain('<svg class="strip"');
    expect(html).toMatch(/<dt>tok\/s<\/dt><dd>[\d,]+ → [\d,]+<\/dd>/);
    expect(isLong).toBe(false);
    const without = { ...fake, rows: [baseline, { ...some, own: null, why: "no memory" }] };
    expect(changesHtml(without, "").html).toContain("<table");
  });

  it("names the first of several broken guardrails, and counts the others, so that the column keeps its width", () => {
    const [, row] = forestOfMany(12).rows;
    const broken = { ...row!, guardrails: { kept: 0, open: 1, broken: ["TTFT p50", "TPOT p50", "E2E p99"] } };
    expect(changesHtml({ ...fake, rows: [baseline, broken, { ...broken, name: "other" }] }, "").html).toContain(
      '<b class="bad" title="TTFT p50, TPOT p50, E2E p99">✗ TTFT p50 + 2</b>',
    );
  });

  it("has two lines a row for twelve", () => {
    const { html, isLong } = changesHtml(forestOfMany(12), "");
    expect(count(html, "<tr ")).toBe(14);
    expect(html).toContain('class="l2" title=');
    expect(isLong).toBe(false);
  });

  it("has one line a row for sixty, by the knobs that they change, and the strips' background once", () => {
    const { html, isLong } = changesHtml(forestOfMany(60), "");
    expect(html).toContain('class="forest compact"');
    expect(html).not.toContain('class="l2"');
    expect([...html.matchAll(/data-g="([^"]*)"/g)].map(([, group]) => group)).toEqual(["max_num_seqs", "quantization"]);
    expect(html.indexOf('data-s="c58"')).toBeLessThan(html.indexOf('data-s="c1"'));
    expect(count(html, '<g id="bg">')).toBe(1);
    expect(count(html, '<use href="#bg"/>')).toBe(61);
    expect(isLong).toBe(true);
  });

  it("has of more than two hundred all by effect, the rows that the answer names, and a fold for each decision", () => {
    const { html } = changesHtml(forestOfMany(300), "");
    const [before = "", ...folds] = html.split("<details>");
    expect(before).toContain('<svg class="caterpillar" role="img" aria-label="All 300 changes with a result');
    expect([...before.matchAll(/data-s="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      "baseline",
      "c299",
      "c298",
      "c296",
    ]);
    expect(folds.map((fold) => /<summary>(.*)<\/summary>/.exec(fold)?.[1])).toEqual([
      "SHIP: 197 other changes",
      "HOLD: 100 other changes",
    ]);
    expect(count(html, '<g id="bg">')).toBe(1);
  });

  it("has the decisions with their counts in the order of decisions, hidden until a script shows them", () => {
    const chips = /<span class="filter"[^>]* hidden>(.*?)<\/span>/;
    expect(chips.exec(changesHtml(forestOfMany(60), "").html)?.[1]).toBe(
      '<button type="button" value="SHIP">SHIP 40</button><button type="button" value="HOLD">HOLD 20</button>',
    );
    const alike = forestOfMany(3).rows.filter(({ outcome }) => outcome !== "HOLD");
    expect(changesHtml({ ...fake, rows: alike }, "").html).not.toMatch(chips);
  });

  it("draws no key and no axis where there is no effect to draw", () => {
    const lost = forestOfMany(3).rows.map((row) => ({ ...row, own: null, soFar: null, why: "no memory" }));
    const { html } = changesHtml({ ...fake, rows: lost }, "");
    expect(html).toContain("<table");
    expect(html).not.toMatch(/too small to matter|on a log scale/);
  });

  it("names a combination of values by these, and all of it when pointed at; a long correction by what it controls", () => {
    const name = "quantization=fp8·max_model_len=1024·max_num_seqs=16";
    const [, row] = forestOfMany(12).rows;
    const correction = "Benjamini–Hochberg over 12 changes";
    const { html } = changesHtml({ ...fake, correction, rows: [baseline, { ...row!, name }, row!] }, "");
    expect(html).toContain(`title="${name}">fp8·1024·16</span>`);
    expect(html).toContain(`data-s="${name}"`);
    expect(html).toContain('<abbr title="Benjamini–Hochberg">FDR</abbr>');
  });

  it("cuts what changed in the middle, and says all of it when pointed at", () => {
    const [, row] = forestOfMany(12).rows;
    const changed = { ...row!, changed: "structured_outputs_config.backend=guidance" };
    const { html } = changesHtml({ ...fake, rows: [baseline, changed, row!] }, "");
    expect(html).toContain(
      'title="structured_outputs_config.backend=guidance">structured_outpu…ackend=guidance</span>',
    );
  });

  it("takes little room: twenty changes in less than 50 kB", () => {
    expect(changesHtml(forestOfMany(20), "").html.length).toBeLessThan(50_000);
  });
});
