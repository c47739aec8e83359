import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Chart, ChartTheme, DrawPanels } from "../../report/index.ts";
import type { Result } from "../../schema/result.ts";

/** What the thread is asked; it answers as `drawPanels` does, in the order of the questions. */
export interface ChartsToDraw {
  charts: readonly Chart[];
  theme: ChartTheme;
}

let thread: Worker | null = null;
const waiting: PromiseWithResolvers<Result<string[][]>>[] = [];

/** Starts the thread ahead: it loads what it draws with while trials are read. */
export function readyToDraw(): Worker {
  return (thread ??= startThread());
}

/** As `drawPanels`, to the same bytes, in a thread beside this one, which has its hands free meanwhile. */
export const drawInThread: DrawPanels = (charts, theme) => {
  const drawing = readyToDraw();
  const answer = Promise.withResolvers<Result<string[][]>>();
  waiting.push(answer);
  drawing.ref();
  drawing.postMessage({ charts, theme } satisfies ChartsToDraw);
  return answer.promise;
};

function startThread(): Worker {
  // Beside this file, in the bundle too.
  const started = new Worker(join(import.meta.dirname, `draw-charts${extname(import.meta.filename)}`));
  started.on("message", (drawn: Result<string[][]>) => {
    waiting.shift()?.resolve(drawn);
    // One that has nothing to do keeps no program from its end.
    if (waiting.length === 0) started.unref();
  });
  started.unref();
  started.on("error", (error) => {
    thread = null;
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return started;
}
