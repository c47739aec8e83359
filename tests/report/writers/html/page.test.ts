import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { drawCharts, firstScreen } from "../../../../src/report/index.ts";
import { htmlPage, renderDocument, reportData } from "../../../../src/report/pages.ts";
import { fakeReportInput } from "../../../support/fake-report.ts";
import { reportKind } from "../../../support/report-kind.ts";

const study = await reportKind();

async function page(input = fakeReportInput(), files = study, lead: string | null = null): Promise<string> {
  const document = renderDocument(reportData(input), study);
  if (!document.ok) throw new Error(document.problem.message);
  const drawn = await drawCharts(document.value, study.theme);
  if (!drawn.ok) throw new Error(drawn.problem.message);
  return htmlPage({ ...firstScreen(input), lead }, drawn.value, files);
}

const plain = await page();

describe("htmlPage", () => {
  it("has origin, question, answer, every change and the tables, in this order", async () => {
    const html = await page(fakeReportInput("simulated"));
    const places = [
      '<span class="badge">SIMULATED</span>',
      "<h1>Which serving knobs add up",
      '<p class="answer">',
      '<table class="forest"',
      '<dl class="tiles">',
      '<h2 id="s-results',
    ].map((part) => html.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places.toSorted((left, right) => left - right)).toEqual(places);
  });

  it("has the chart that leads above the tiles and nowhere else; without it nothing is another", async () => {
    const html = await page(fakeReportInput(), study, "stack");
    expect(html.split('<figure id="c-stack"')).toHaveLength(2);
    expect(html.indexOf('<figure id="c-stack"')).toBeLessThan(html.indexOf('<dl class="tiles">'));
    expect(await page(fakeReportInput(), study, "load_latency")).toBe(plain);
  });

  it("asks for nothing, is small, and is the same each time", async () => {
    expect(plain).not.toMatch(/src=|url\((?!#)|@import|https?:\/\/(?!www\.w3\.org)/);
    expect(plain.length).toBeLessThan(400_000);
    expect(await page()).toBe(plain);
  });

  it("lets one script run, by its hash", () => {
    const scripts = [...plain.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => text);
    expect(scripts).toEqual([`\n${study.script}`]);
    const hash = createHash("sha256").update(scripts.join("")).digest("base64");
    expect(plain.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]).toBe(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:`,
    );
  });

  it("cannot be left by a script of one's own that holds its end", async () => {
    const html = await page(fakeReportInput(), { ...study, script: 'const end = "</script><b>";' });
    expect(html).toContain('const end = "<\\/script><b>";</script>');
  });

  it("has no origin where all was measured", () => {
    expect(plain).not.toContain('class="badge"');
  });
});
