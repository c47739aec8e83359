import { describe, expect, it } from "vitest";
import { writeDocument, type KindFiles } from "../../src/report/index.ts";
import { renderDocument, reportData } from "../../src/report/pages.ts";
import { fakeReportInput } from "../support/fake-report.ts";

const data = reportData(fakeReportInput());
const kindOf = (template: string, more: Partial<KindFiles> = {}): KindFiles => ({
  template,
  parts: {},
  charts: {},
  ...more,
});
const blocks = (template: string, facts: object = data.facts) => {
  const answer = renderDocument({ ...data, facts: facts as typeof data.facts }, kindOf(template));
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.value.blocks;
};

describe("a user's template", () => {
  it.each([
    ["{{#if}", "Parse error"],
    ["{{study.nope}}", '"nope" not defined in the data'],
    ["{{nope}}", '"nope" not defined in the data'],
    ["{{nope 1}}", "nope"],
    ["{{study.constructor}}", '"constructor" not defined in the data'],
    ['{{table "nope"}}', "there is no table nope; there are results, decisions"],
    ['{{table "results" without="nope"}}', "the table results has no column nope"],
    ['{{chart "nope"}}', "there is no chart nope; there are none"],
    ["{{> nope}}", "nope"],
    ["<details>\nopen", "a <details> is not closed"],
  ])("that cannot be rendered is a failure: %s", (text, says) => {
    expect(renderDocument(data, kindOf(text))).toMatchObject({
      ok: false,
      problem: { code: "template-refused", message: expect.stringContaining(says) },
    });
  });

  it("shows some columns of a wide table", () => {
    const keys = (template: string): unknown[] =>
      blocks(template).flatMap((block) => (block.type === "table" ? block.relation.columns.map(({ key }) => key) : []));
    expect(keys('{{table "results" only="experiment ttft_p50"}}')).toEqual(["experiment", "ttft_p50"]);
    const without = keys('{{table "results" without="ttft_p50"}}');
    expect(without).toContain("experiment");
    expect(without).not.toContain("ttft_p50");
  });

  it("escapes by itself, also what helpers return, and leaves triple braces alone", () => {
    const facts = { text: "a|b", list: ["x|y", "z"], none: "" };
    const template = '{{text}} {{{text}}} {{join list "*"}} {{code text}}{{#if none}} never{{/if}}';
    expect(blocks(template, facts)).toEqual([{ type: "prose", text: "a\\|b a|b x\\|y\\*z `a\\|b`" }]);
  });
});

describe("a document", () => {
  it("has headings, prose, tables, code and folds, in the template's order", () => {
    const template = `# {{study.name}}

one
two


- three
{{table "baseline"}}
<details>
<summary>More of *it*</summary>

## Within

{{codeBlock reproduce.seeds "sh"}}

</details>
after`;
    expect(blocks(template)).toEqual([
      { type: "heading", level: 1, text: "fake-study" },
      { type: "prose", text: "one\ntwo\n\n- three" },
      { type: "table", relation: data.tables["baseline"] },
      {
        type: "details",
        summary: "More of *it*",
        blocks: [
          { type: "heading", level: 2, text: "Within" },
          { type: "code", language: "sh", text: "seed 1" },
        ],
      },
      { type: "prose", text: "after" },
    ]);
  });

  it("reads nothing into code that the template holds", () => {
    const template = "```sh\n# no heading\n<details>\n```\n# A heading";
    expect(blocks(template)).toMatchObject([{ type: "prose" }, { type: "heading", text: "A heading" }]);
  });

  it("places the answer of a query by its name", () => {
    expect(blocks('{{table "launches"}}')).toMatchObject([{ type: "table", relation: { name: "launches" } }]);
  });

  it("has folds that are open on a page", () => {
    expect(blocks("<details open>\n<summary>More</summary>\nin it\n</details>", {})).toMatchObject([
      { type: "details", summary: "More", isOpen: true },
    ]);
  });

  it("takes no line of a user's text for a part of itself", () => {
    const facts = { text: "x\n# y\n<details>\n\u00010\u0001" };
    expect(blocks("{{text}}", facts)).toEqual([{ type: "prose", text: "x # y &lt;details> 0" }]);
    expect(blocks("{{{text}}}", { text: "\u00017\u0001" })).toMatchObject([{ type: "prose" }]);
  });

  it("is plain text at a terminal: no marks, no escapes, folds open", () => {
    const template =
      "# {{text}}\n\n- **bold** of `code` and {{text}}\n\n<details>\n<summary>More</summary>\n\nin it\n\n</details>";
    const facts = { text: "a|b *c* <d>" };
    const document = { blocks: blocks(template, facts) };
    expect(writeDocument(document, "table")).toBe("a|b *c* <d>\n\nbold of code and a|b *c* <d>\n\nMore\n\nin it\n");
    expect(writeDocument(document, "markdown")).toBe(
      "# a\\|b \\*c\\* &lt;d>\n\n- **bold** of `code` and a\\|b \\*c\\* &lt;d>\n\n<details>\n<summary>More</summary>\n\nin it\n\n</details>\n",
    );
  });

  it("takes parts in by name, and a chart where there is something to show", () => {
    const charts = {
      own: { title: "Own", usermeta: { columns: 2 }, data: { name: "decisions" }, mark: "point" },
      empty: { data: { name: "peaks" }, mark: "point" },
    };
    const kind = kindOf("{{> head}}\n\n{{#each charts}}\n{{chart this}}\n\n{{/each}}\n", {
      parts: { head: "## H" },
      charts,
    });
    const document = renderDocument(data, kind);
    if (!document.ok) throw new Error(document.problem.message);
    expect(document.value.blocks).toMatchObject([
      { type: "heading", text: "H" },
      { type: "chart", chart: { name: "own", title: "Own", columns: 2, finding: "", relation: { name: "decisions" } } },
    ]);
  });

  it("does not repeat a query that a chart draws as a section", () => {
    const template = "{{#each queries}}\n## {{title}}\n{{/each}}";
    const charts = { launches: { data: { name: "launches" }, mark: "point" } };
    const titles = (kind: KindFiles) => {
      const document = renderDocument(data, kind);
      return document.ok ? document.value.blocks : document.problem.message;
    };
    expect(titles(kindOf(template))).toMatchObject([{ text: "Launches" }, { text: "Slow starts" }]);
    expect(titles(kindOf(template, { charts }))).toMatchObject([{ text: "Slow starts" }]);
  });
});
