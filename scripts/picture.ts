/**
 * `npm run picture`: docs/report.png, the first screen of the report on `matrices/demo.yaml`, which the simulated engine runs in
 * virtual time, so that it is the same on any machine. It needs a Chromium.
 */
import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { drawCharts, firstScreen } from "../src/report/index.ts";
import { htmlPage, renderDocument, reportData } from "../src/report/pages.ts";
import type { Result } from "../src/schema/result.ts";
import { chromiumPath } from "../tests/support/chromium.ts";
import { reportKind } from "../tests/support/report-kind.ts";
import { virtualDemo } from "../tests/support/virtual-demo.ts";

const picture = join(import.meta.dirname, "../docs/report.png");
/** In CSS pixels: the page's own measure of a first screen. */
const viewport = { width: 1280, height: 800 };
/** It is in every clone. */
const largestBytes = 200_000;

const installed = chromiumPath();
if ("reason" in installed) throw new Error(installed.reason);
const kind = await reportKind();
const input = {
  ...(await virtualDemo(new Date().toISOString())),
  launches: [],
  queries: {},
  resultsFolder: "results",
};
const document = valueOf(await drawCharts(valueOf(renderDocument(reportData(input), kind)), kind.theme));
const page = join(mkdtempSync(join(tmpdir(), "ceteris-picture-")), "demo.html");
writeFileSync(page, htmlPage(firstScreen(input), document, kind));

const browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] });
const tab = await browser.newPage({ viewport, colorScheme: "light" });
await tab.goto(pathToFileURL(page).href);
const { y, height } = (await tab.locator(".tiles").boundingBox()) ?? { y: 0, height: viewport.height };
await tab.screenshot({
  path: picture,
  clip: { x: 0, y: 0, width: viewport.width, height: Math.ceil(y + height + 16) },
});
await browser.close();
const { size } = statSync(picture);
console.log(`docs/report.png: ${size} bytes`);
if (size > largestBytes) process.exitCode = 1;

function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
