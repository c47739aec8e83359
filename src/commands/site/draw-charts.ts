/** The thread that draws the charts of a site, one question after the other. */
import { parentPort } from "node:worker_threads";
import { drawPanels } from "../../report/index.ts";
import type { ChartsToDraw } from "./chart-thread.ts";

let last = Promise.resolve();
parentPort?.on("message", ({ charts, theme }: ChartsToDraw) => {
  last = last.then(async () => parentPort?.postMessage(await drawPanels(charts, theme)));
});
