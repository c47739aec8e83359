import { expect, it } from "vitest";
import { conclusionOf } from "../../src/report/conclusion.ts";
import { firstScreen } from "../../src/report/first-screen.ts";
import type { Analysis } from "../../src/schema/analysis.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("says what the page says: the answer, and each change with the effect that decided", () => {
  const input = fakeReportInput();
  const { answer, forest } = firstScreen(input);
  const conclusion = conclusionOf(input as unknown as Analysis);
  expect(conclusion.answer).toBe(answer.main);
  expect(conclusion.asOf).toBe(
    input.trials
      .map(({ endedAt }) => endedAt)
      .toSorted()
      .at(-1),
  );
  const rows = forest.rows.filter(({ outcome, own }) => outcome !== "BASELINE" && own !== null);
  expect(
    conclusion.changes
      .filter(({ ratio }) => ratio !== null)
      .map(({ change, outcome, ratio, interval }) => ({ change, outcome, ratio, interval })),
  ).toEqual(rows.map(({ name, outcome, own }) => ({ change: name, outcome, ...own })));
  expect(conclusion.changes[0]).toMatchObject({ change: "fp8", outcome: "SHIP", figure: "output_throughput" });
});
