import { describe, expect, it } from "vitest";
import { htmlDocument } from "../../../../src/report/writers/html/document.ts";
import { escapeMarkdown } from "../../../../src/report/markdown.ts";

describe("htmlDocument", () => {
  it("writes each kind of block", () => {
    const html = htmlDocument({
      blocks: [
        { type: "heading", level: 2, text: "Results" },
        { type: "prose", text: "**bold** and `code`\n\n- one\n- two" },
        { type: "code", language: "sh", text: "a < b\nc" },
        { type: "details", summary: "More", blocks: [{ type: "prose", text: "inside" }] },
        { type: "details", summary: "Open", isOpen: true, blocks: [] },
        {
          type: "table",
          relation: {
            name: "some_table",
            columns: [
              { key: "a", title: "A", unit: null, kind: "text" },
              { key: "b", title: "B", unit: "ms", kind: "number", decimals: 1 },
            ],
            rows: [[{ value: "x" }, { value: 1.25, strong: true }]],
          },
        },
      ],
    });
    expect(html).toContain('<h2 id="s-results">Results</h2>');
    expect(html).toContain("<strong>bold</strong> and <code>code</code>");
    expect(html).toContain("<li>one</li>");
    expect(html).toContain("<code>a &lt; b\nc</code>");
    expect(html).toContain("<details><summary>More</summary>");
    expect(html).toContain("<details open><summary>Open</summary>");
    expect(html).toContain('<th scope="row">x</th><td><b>1.3</b></td>');
    expect(html).toContain('role="group" tabindex="0" aria-label="some table"><table class="data r2">');
  });

  it("has of a long table the rows of the changes that are shown, and says so; a short one is whole", () => {
    const columns = [{ key: "change", title: "Change", unit: null, kind: "text" as const }];
    const rows = Array.from({ length: 1201 }, (_, at) => [{ value: `c${at % 300}` }]);
    const table = (relation: { name: string; columns: typeof columns; rows: typeof rows }) =>
      htmlDocument({ blocks: [{ type: "table", relation }] }, new Set(["c7", "c8"]));
    const html = table({ name: "effects", columns, rows });
    expect([...html.matchAll(/scope="row">(c\d+)/g)].map(([, name]) => name)).toEqual([
      "c7",
      "c8",
      "c7",
      "c8",
      "c7",
      "c8",
      "c7",
      "c8",
    ]);
    expect(html).toContain("8 of 1,201 rows: those of the changes that the answer names.");
    expect(html).toContain("<code>effects.csv</code>");
    const whole = table({ name: "effects", columns, rows: rows.slice(0, 200) });
    expect(whole.split("<tr>")).toHaveLength(202);
    expect(whole).not.toContain("rows:");
    expect(
      htmlDocument({ blocks: [{ type: "table", relation: { name: "t", columns, rows } }] }).split("<tr>"),
    ).toHaveLength(1203);
  });

  it("has no head above a column without a title", () => {
    const columns = [
      { key: "a", title: "A", unit: null, kind: "text" as const },
      { key: "b", title: "", unit: null, kind: "text" as const },
    ];
    const relation = { name: "t", columns, rows: [[{ value: "x" }, { value: "y" }]] };
    expect(htmlDocument({ blocks: [{ type: "table", relation }] })).toContain('<th scope="col">A</th><td></td></tr>');
  });

  it("marks the trials that failed a check, and counts signs for those who cannot see them", () => {
    const columns = [
      { key: "check", title: "Check", unit: null, kind: "text" as const },
      { key: "trials_fp8", title: "fp8", unit: null, kind: "glyphs" as const },
    ];
    const rows = ["✓✗✓?·", "3 ✗ of 12"].map((signs) => [{ value: "steady" }, { value: signs }]);
    const html = htmlDocument({ blocks: [{ type: "table", relation: { name: "validity", columns, rows } }] });
    expect(html).toContain('<th scope="col" class="glyphs">fp8</th>');
    expect(html).toContain(
      '<td class="glyphs"><span aria-hidden="true">✓<b class="no">✗</b>✓<b class="un">?</b>·</span><span class="vh">2 passed, 1 failed, 1 unknown, 1 not checked</span></td>',
    );
    expect(html).toContain('<td class="glyphs">3 <b class="no">✗</b> of 12</td>');
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[text](https://example.com)",
    "![image](https://example.com/a.png)",
    "<https://example.com>",
    "</td></tr></table>",
  ])("makes no element of a text of the data: %s", (text) => {
    const html = htmlDocument({
      blocks: [
        { type: "prose", text: `Said: ${escapeMarkdown(text)}` },
        {
          type: "table",
          relation: {
            name: "t",
            columns: [{ key: "a", title: text, unit: null, kind: "text" }],
            rows: [[{ value: text }]],
          },
        },
      ],
    });
    const elements = [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name);
    expect(new Set(elements)).toEqual(new Set(["div", "p", "table", "thead", "tr", "th", "tbody"]));
    expect(html).not.toMatch(/<(a|img|script)\b/);
  });

  it("sets the panels of a chart in a row that may wrap, each with its own label", () => {
    const svg = (id: string): string =>
      `<svg xmlns="x" class="marks" width="400" height="90.5" viewBox="0 0 400 90.5"><g id="${id}"/></svg>`;
    const chart = {
      name: "latency",
      title: "Latency",
      description: "Percentiles.",
      finding: "p50 < p99",
      origins: [],
      columns: 3,
      relation: { name: "latency", columns: [], rows: [] },
      spec: {},
      params: {},
      data: {},
      svg: [svg("a"), svg("b")],
    };
    const html = htmlDocument({ blocks: [{ type: "chart", chart }] });
    expect(html).toContain('<figure id="c-latency" class="w3"');
    expect(html).toMatch(/<div class="panels"><svg [^>]*class="chart"[^>]*aria-label="Percentiles\. Panel 1 of 2\."/);
    expect(html).toContain('aria-label="Percentiles. Panel 2 of 2."');
    const single = htmlDocument({ blocks: [{ type: "chart", chart: { ...chart, svg: [svg("a")] } }] });
    expect(single).not.toContain("panels");
    expect(single).toContain('aria-label="Percentiles."');
  });
});
