/** The thread that draws the charts of a site, one question after the other. */
import { parentPort } from "node:worker_threads";
import { drawPanels } from "../../report/index.ts";
import type { ChartsToDraw } from "./chart-thread.ts";

// No chart: Vega is loaded at once, while trials are read.
let last: Promise<unknown> = drawPanels([], {});
parentPort?.on("message", ({ charts, theme }: ChartsToDraw) => {
  last = last.then(async () => parentPort?.postMessage(await drawPanels(charts, theme)));
});
