import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { threadCpuS } from "../../src/client/thread-cpu.ts";

const processCpuS = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

it("counts this thread and none of the others", async () => {
  const before = { thread: threadCpuS(), process: processCpuS() };
  const busy = "const end = performance.now() + 300; while (performance.now() < end);";
  await once(new Worker(busy, { eval: true }), "exit");
  const others = processCpuS() - before.process - (threadCpuS() - before.thread);
  expect(others).toBeGreaterThan(0.05);
  const spun = threadCpuS();
  const untilMs = performance.now() + 100;
  while (performance.now() < untilMs);
  expect(threadCpuS() - spun).toBeGreaterThan(0.01);
});
