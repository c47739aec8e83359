import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { threadCpuS } from "../../src/client/thread-cpu.ts";

const processCpuS = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

it("counts this thread and none of the others", async () => {
  const before = { thread: threadCpuS(), process: processCpuS() };
  // By its own CPU time: on a busy machine a thread gets little of the wall's.
  const busy = "while (process.threadCpuUsage().user < 100_000);";
  await once(new Worker(busy, { eval: true }), "exit");
  const others = processCpuS() - before.process - (threadCpuS() - before.thread);
  expect(others).toBeGreaterThan(0.05);
  const spun = threadCpuS();
  const untilMs = performance.now() + 10_000;
  while (threadCpuS() - spun < 0.05 && performance.now() < untilMs);
  expect(threadCpuS() - spun).toBeGreaterThanOrEqual(0.05);
});
