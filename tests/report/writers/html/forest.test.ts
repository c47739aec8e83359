import { describe, expect, it } from "vitest";
import { forestOf } from "../../../../src/report/forest.ts";
import { forestTable } from "../../../../src/report/writers/html/forest.ts";
import { fakeReportInput } from "../../../support/fake-report.ts";

describe("forestTable", () => {
  const forest = forestOf(fakeReportInput());

  it("has a row for each change, with word, strip and figures, and the same bytes each time", () => {
    const html = forestTable(forest, "");
    expect([...html.matchAll(/<tr[^>]* data-s=/g)]).toHaveLength(forest.rows.length);
    for (const { name, outcome } of forest.rows) {
      expect(html).toContain(`data-s="${name}"`);
      expect(html).toContain(`<span class="word">${outcome}</span>`);
    }
    expect(forestTable(forest, "")).toBe(html);
  });

  it("draws one launch as a tick, a confounded effect hollow, and one beyond the axis as an arrowhead", () => {
    const some = forest.rows.find(({ own, why }) => own !== null && why === null)!;
    const drawn = (changes: Partial<typeof some>): string =>
      forestTable({ ...forest, rows: [...forest.rows, ...forest.rows, { ...some, ...changes }] }, "")
        .split("<tr")
        .at(-1)!;
    expect(drawn({ isConfounded: true })).toContain("hollow-ink");
    expect(drawn({ own: { ratio: 1.01, interval: null } })).not.toContain("<circle class");
  });

  it("says which tok/s it has, and keeps the digits of a slow engine and of a small margin", () => {
    const rows = forest.rows.map((row) => ({ ...row, tokensPerS: 3.71 }));
    const html = forestTable({ ...forest, rows, tokensTitle: "steady tok/s", margin: 0.0025 }, "");
    expect(html).toContain(">steady<br>tok/s</th>");
    expect(html).toContain('tps">3.71</td>');
    expect(html).toContain("(±0.25 %)");
  });

  it("makes no element of a name", () => {
    const [row] = forest.rows;
    const html = forestTable({ ...forest, rows: [{ ...row!, name: '"><script>x</script>' }] }, "");
    expect(html).not.toContain("<script");
  });
});
