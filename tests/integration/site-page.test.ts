import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { boardPages, siteStudy, trialsPage } from "../../src/report/index.ts";
import { chromiumPath } from "../support/chromium.ts";
import { repository } from "../support/cli.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const installed = chromiumPath();
const skipped = "reason" in installed ? `, skipped: ${installed.reason}` : "";
const temporaryFolder = useTemporaryFolders();

const file = (name: string): string => readFileSync(join(repository, "reports", name), "utf8");
const files = { css: `${file("page.css")}\n${file("site.css")}`, scripts: [file("page.js"), file("site.js")] };
const input = fakeReportInput("simulated");
const proof = { manifest: "ab".repeat(32), differences: ["trial.json has another sha256"] };
const { study, trials } = siteStudy(input, new Map([[input.trials[0]!.spec.trialId, proof]]));
const pages = new Map([
  ...boardPages([study.name], [study], files),
  [
    "studies/fake-study/trials.html",
    trialsPage(study, trials, [{ title: "All studies", href: "../../index.html" }], files),
  ],
]);

describe.skipIf("reason" in installed)(`the pages of a site in Chromium${skipped}`, () => {
  let browser: Browser;
  /** Messages of all pages that a test opened, and what they asked for beside the pages of the site. */
  let heard: string[] = [];
  beforeAll(async () => {
    if ("path" in installed)
      browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(heard).toEqual([]);
  });

  /** A page of the site from the disk, without a network. */
  async function open(path: string, hash = ""): Promise<Page> {
    heard = [];
    const folder = temporaryFolder();
    for (const [own, text] of pages) {
      mkdirSync(dirname(join(folder, own)), { recursive: true });
      writeFileSync(join(folder, own), text);
    }
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true });
    const page = await context.newPage();
    page.on("request", (request) => !request.url().endsWith(".html") && heard.push(request.url()));
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(error.message));
    await page.goto(`${pathToFileURL(join(folder, path)).href}${hash}`);
    return page;
  }

  const shown = (page: Page) => page.locator(".filters + .scroll tbody tr:visible th").allTextContents();

  it.each([...pages.keys()])("%s satisfies axe, and never scrolls sideways", async (path) => {
    const page = await open(path);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    for (const [width, colorScheme] of [
      [400, "dark"],
      [1280, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const { violations } = (await page.evaluate("axe.run()")) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
    }
  });

  it("searches and filters; what is asked stands in the address, beside the order of the rows", async () => {
    const page = await open("index.html");
    expect(await shown(page)).toEqual(["baseline", "fp8", "len2668", "int8", "sort"]);
    await page.getByLabel("Search").fill("LEN");
    expect(await shown(page)).toEqual(["len2668"]);
    expect(await page.locator(".filters output").textContent()).toBe("1 of 5");
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Decision").selectOption("SKIPPED");
    expect(await shown(page)).toEqual(["sort"]);
    await page.getByLabel("Decision").selectOption("");
    await page.locator(".filters + .scroll").getByRole("button", { name: "Output (tok/s)" }).click();
    expect((await shown(page))[0]).toBe("baseline");
    await page.getByLabel("Search").fill("fp8");
    // The browser changes the address a moment later.
    await expect.poll(() => page.url()).toMatch(/#(?=.*q=fp8)(?=.*sort\.Configurations)/);
    const again = await open("index.html", new URL(page.url()).hash);
    expect(await shown(again)).toEqual(["fp8"]);
  });

  it("leads from a figure to its trials", async () => {
    const page = await open("index.html");
    await page.getByRole("link", { name: "1,088.32" }).first().click();
    expect(page.url()).toContain(`trials.html#${study.rows[0]!.experimentId}`);
    expect(await page.locator(":target h2").textContent()).toBe("baseline");
  });
});
