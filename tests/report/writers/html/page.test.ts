import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { firstScreen, htmlPage, renderDocument, reportData } from "../../../../src/report/index.ts";
import { fakeReportInput } from "../../../support/fake-report.ts";

function page(input = fakeReportInput()): string {
  const document = renderDocument(reportData(input), readFileSync("reports/study/report.md.hbs", "utf8"));
  if (!document.ok) throw new Error(document.problem.message);
  return htmlPage(firstScreen(input), document.value, readFileSync("reports/study/page.css", "utf8"));
}

describe("htmlPage", () => {
  it("has origin, question, answer, every change and the tables, in this order", () => {
    const html = page(fakeReportInput("simulated"));
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

  it("asks for nothing, runs nothing, is small, and is the same each time", () => {
    const html = page();
    expect(html).not.toMatch(/<script|src=|url\(|@import|https?:\/\//);
    expect(html.length).toBeLessThan(400_000);
    expect(page()).toBe(html);
    expect(html).toContain("default-src 'none'");
  });

  it("has no origin where all was measured", () => {
    expect(page()).not.toContain('class="badge"');
  });
});
