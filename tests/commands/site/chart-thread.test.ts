import { describe, expect, it } from "vitest";
import { drawInThread } from "../../../src/commands/site/chart-thread.ts";
import { chartsOf, drawPanels } from "../../../src/report/index.ts";
import { renderDocument, reportData } from "../../../src/report/pages.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { reportKind } from "../../support/report-kind.ts";

const kind = await reportKind();
const document = renderDocument(reportData(fakeReportInput("simulated")), kind);
const charts = document.ok ? chartsOf(document.value) : [];

describe("drawInThread", () => {
  it("draws the same bytes as this thread, and each question has its own answer", async () => {
    expect(charts.length).toBeGreaterThan(2);
    const [first, ...others] = charts;
    const asked = [[first!], others];
    const answers = await Promise.all(asked.map((some) => drawInThread(some, kind.theme)));
    expect(answers).toEqual(await Promise.all(asked.map((some) => drawPanels(some, kind.theme))));
  });

  it("says which chart cannot be drawn, and goes on", async () => {
    const broken = { ...charts[0]!, spec: { mark: "nothing" } };
    const [refused, drawn] = await Promise.all([
      drawInThread([broken], kind.theme),
      drawInThread([charts[0]!], kind.theme),
    ]);
    expect(refused).toMatchObject({ ok: false, problem: { code: "chart-refused" } });
    expect(drawn.ok).toBe(true);
  });
});
