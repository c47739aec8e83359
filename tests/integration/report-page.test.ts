import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  boardPages,
  drawCharts,
  firstScreen,
  kindOf,
  siteStudy,
  trialsPage,
  type ReportInput,
} from "../../src/report/index.ts";
import { htmlPage, renderDocument, reportData } from "../../src/report/pages.ts";
import { chromiumPath } from "../support/chromium.ts";
import { fakeDuelInput } from "../support/fake-kinds.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { sweptReport } from "../support/swept-report.ts";
import { reportKind } from "../support/report-kind.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const installed = chromiumPath();
const skipped = "reason" in installed ? `, skipped: ${installed.reason}` : "";
const temporaryFolder = useTemporaryFolders();

async function pageOf(input: ReportInput, first = firstScreen(input)): Promise<string> {
  const kind = await reportKind(kindOf(input));
  const document = renderDocument(reportData(input), kind);
  if (!document.ok) throw new Error(document.problem.message);
  const drawn = await drawCharts(document.value, kind.theme);
  if (!drawn.ok) throw new Error(drawn.problem.message);
  return htmlPage(first, drawn.value, kind);
}

/** The page of a study with so many changes, every third on HOLD. */
function pageOfMany(changes: number): Promise<string> {
  const input = fakeReportInput("simulated");
  const first = firstScreen(input);
  const [baseline, some] = first.forest.rows;
  const rows = Array.from({ length: changes }, (_, at) => ({
    ...some!,
    name: `c${at}`,
    outcome: at % 3 === 0 ? ("HOLD" as const) : ("SHIP" as const),
  }));
  return pageOf(input, { ...first, forest: { ...first.forest, rows: [baseline!, ...rows] } });
}

describe.skipIf("reason" in installed)(`the page of a study in Chromium${skipped}`, () => {
  let browser: Browser;
  let html = "";
  /** Requests and messages of all pages that a test opened. */
  let heard: string[] = [];
  beforeAll(async () => {
    if (!("path" in installed)) return;
    browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] });
    html = await pageOf(fakeReportInput("simulated"));
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(heard).toEqual([]);
  });

  /** Without a network; whatever the page asks for beside itself is heard. */
  async function open(options: BrowserContextOptions = {}, hash = "", text = html): Promise<Page> {
    heard = [];
    const file = join(temporaryFolder(), "page.html");
    writeFileSync(file, text);
    const { href } = pathToFileURL(file);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true, ...options });
    const page = await context.newPage();
    page.on("request", (request) => request.url() !== href && heard.push(request.url()));
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(error.message));
    await page.goto(`${href}${hash}`);
    return page;
  }

  const openFolds = (page: Page) =>
    page.evaluate(`document.querySelectorAll("details").forEach((fold) => { fold.open = true; })`);
  const names = (page: Page) => page.locator(".forest tbody tr:visible th .name").allTextContents();

  it.each([
    [
      "a stack",
      () => html,
      [
        ["dark", 400],
        ["light", 1280],
        ["dark", 1900],
      ],
    ],
    ["a sweep", () => pageOf(sweptReport()), [["light", 400]]],
    ["a duel", () => pageOf(fakeDuelInput()), [["dark", 1280]]],
    ["250 changes", () => pageOfMany(250), [["light", 1280]]],
  ] as const)("satisfies axe with all folds open, and never scrolls sideways: %s", async (_, made, looks) => {
    const page = await open({}, "", await made());
    await openFolds(page);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    for (const [colorScheme, width] of looks) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])).toEqual([]);
    }
  });

  it("keeps each text of a site's index in its cell", async () => {
    const { study } = siteStudy(fakeReportInput("simulated"), new Map());
    const styles = ["page", "site"].map((name) =>
      readFileSync(join(import.meta.dirname, `../../reports/${name}.css`), "utf8"),
    );
    const asked = { ...study, question: "WHAT DOES A MODEL OF 70,000,000,000 WEIGHTS GAIN FROM FP8?" };
    const pages = boardPages([study.name], [asked], { css: styles.join(""), scripts: [] });
    const page = await open({}, "", pages.get("index.html"));
    const beyond = await page
      .locator(".data td")
      .evaluateAll((cells) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      );
    expect(beyond).toEqual([]);
  });

  it("prints the trials of a site's study on the paper", async () => {
    const input = fakeReportInput("simulated");
    const proof = { manifest: "ab".repeat(32), differences: [] };
    const { study, trials } = siteStudy(input, new Map(input.trials.map(({ spec }) => [spec.trialId, proof])));
    const css = readFileSync(join(import.meta.dirname, "../../reports/page.css"), "utf8");
    const page = await open({}, "", trialsPage(study, trials, [], { css, scripts: [] }));
    await page.setViewportSize({ width: 1047, height: 718 });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(1047);
  });

  it("sorts by a head with mouse and keyboard, and says so", async () => {
    const page = await open();
    const head = page.getByRole("columnheader", { name: "Δ output tok/s and 95 % interval" });
    expect(await names(page)).toEqual(["baseline", "fp8", "len2668", "int8", "sort"]);
    await head.getByRole("button").click();
    expect(await names(page)).toEqual(["baseline", "len2668", "fp8", "int8", "sort"]);
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await page.keyboard.press("Enter");
    expect(await names(page)).toEqual(["baseline", "fp8", "len2668", "int8", "sort"]);
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    await page.keyboard.press("Enter");
    expect(await head.getAttribute("aria-sort")).toBe(null);
    expect(page.url()).not.toContain("#");
  });

  it("shows changes by decision with their counts, and the address brings all of it back", async () => {
    const page = await open();
    const chips = page.getByRole("group", { name: "Show changes by decision" }).getByRole("button");
    expect(await chips.allTextContents()).toEqual(["SHIP 1", "HOLD 1", "FAILED 1", "SKIPPED 1"]);
    await chips.nth(1).click();
    await chips.nth(0).click();
    await page.getByRole("columnheader", { name: "p Holm" }).getByRole("button").click();
    await page.getByRole("columnheader", { name: "p Holm" }).getByRole("button").click();
    expect(await names(page)).toEqual(["baseline", "len2668", "fp8"]);
    const { hash } = new URL(page.url());
    const again = await open({}, hash);
    expect(await names(again)).toEqual(["baseline", "len2668", "fp8"]);
    expect(await again.getByRole("button", { pressed: true }).allTextContents()).toEqual(["SHIP 1", "HOLD 1"]);
  });

  it("follows a row in tables and charts, under the mouse and with the keyboard", async () => {
    const page = await open();
    const dim = async () => [
      ...new Set(await page.locator(".chart .dim").evaluateAll((marks) => marks.map((mark) => mark.dataset["s"]))),
    ];
    await page.locator("#row-fp8").hover();
    expect(await dim()).toEqual(["baseline", "len2668", "int8", "sort"]);
    await page.locator("h1").hover();
    expect(await dim()).toEqual([]);
    await page.locator(".forest tbody tr").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await dim()).not.toContain("len2668");
    await page.keyboard.press("Enter");
    await page.locator("h1").hover();
    expect(await dim()).not.toContain("len2668");
    await page.keyboard.press("Escape");
    expect(await dim()).toEqual([]);
  });

  it("copies the selected row with its head and origin", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const copied = async (format: string): Promise<string> => {
      await page.getByRole("button", { name: `Copy as ${format}` }).click();
      await page.getByText(`Copied as ${format}.`).waitFor();
      return (await page.evaluate("navigator.clipboard.readText()")) as string;
    };
    await page.locator("#row-fp8 .name").click();
    const [head = "", rule = "", row = "", ...origin] = (await copied("Markdown")).split("\n");
    expect(head).toBe(
      "| Change | Decision | tok/s | Δ output tok/s and 95 % interval | p Holm | Guardrails | Accuracy ROUGE-1 | Usable trials |",
    );
    expect(rule).toBe("| --- | --- | --: | --: | --: | --- | --: | --: |");
    expect(row).toMatch(/^\| fp8 quantization=fp8 \| SHIP better \| 1,461 \| \+34\.2 % \[\+33\.4, \+35\.0\] \| /);
    expect(origin.join("")).toBe("SIMULATED, STAND-IN");
    const latex = await copied("LaTeX");
    expect(latex).toContain(String.raw`{fp8 quantization=fp8} & {SHIP better} & {1,461} & {+34.2 \% [+33.4, +35.0]}`);
    expect(latex).toContain(String.raw`\multicolumn{8}{l}{SIMULATED, STAND-IN} \\`);
  });

  it("is whole without its script", async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator(".forest tbody tr").count()).toBe(5);
    expect(await page.getByRole("button").count()).toBe(0);
  });

  it("has its first screen above the fold, and on the first page of paper", async () => {
    const tiles = async (page: Page) => (await page.locator(".tiles").boundingBox()) ?? { y: Infinity, height: 0 };
    const page = await open();
    const onScreen = await tiles(page);
    expect(onScreen.y + onScreen.height).toBeLessThanOrEqual(800);
    // A4 landscape less margins of 10 mm, at 96 pixels an inch.
    await page.setViewportSize({ width: 1047, height: 718 });
    await page.emulateMedia({ media: "print" });
    const onPaper = await tiles(page);
    expect(onPaper.y + onPaper.height).toBeLessThanOrEqual(718);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  });
});
