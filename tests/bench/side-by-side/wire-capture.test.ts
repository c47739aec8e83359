import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import { compileProgram } from "../../../bench/load/compile.ts";
import { captureLines, readCapture, startCapture, tryCapture } from "../../../bench/side-by-side/wire-capture.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const source = join(import.meta.dirname, "../../../bench/side-by-side/wire.c");

/**
 * Without a compiler or CAP_NET_RAW the test is skipped, in CI too: both are the machine's to give, the repository's scripts
 * can install neither, and nothing but a benchmark needs them.
 */
async function wireProgram(context: TestContext, folder: string): Promise<string> {
  const compiled = compileProgram(source, folder);
  if (!compiled.ok) {
    if (compiled.problem.code === "cc-failed") throw new Error(compiled.problem.message);
    return context.skip(compiled.problem.message);
  }
  const tried = await tryCapture(compiled.value);
  if (tried.ok) return compiled.value;
  if (tried.problem.code === "not-allowed") return context.skip(tried.problem.message);
  throw new Error(tried.problem.message);
}

it("captures what passes a port, and costs little", async (context) => {
  const folder = temporaryFolder();
  const program = await wireProgram(context, folder);
  const events = 400;
  const gapMs = 2;
  const server = createServer((request, response) => {
    request.resume();
    let event = 0;
    const timer = setInterval(() => {
      response.write(`data: {"choices":[{"text":"t${event}"}]}\n\n`);
      event += 1;
      if (event < events) return;
      clearInterval(timer);
      // Larger than a packet can be.
      response.write(`: ${"x".repeat(200_000)}\n\n`);
      response.end(`data: {"choices":[],"usage":{"completion_tokens":${events}}}\n\ndata: [DONE]\n\n`);
    }, gapMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const file = join(folder, "wire.bin");
  const capture = await startCapture(program, port, file);
  if (!capture.ok) throw new Error(capture.problem.message);
  const before = process.cpuUsage();
  const seen = await Promise.all(["a", "b"].map((prompt) => asked(port, prompt)));
  const own = process.cpuUsage(before);
  const counts = await capture.value.stop();
  server.close();
  if (!counts.ok) throw new Error(counts.problem.message);
  const load = { warmups: 0, requests: 2, outputTokens: events };
  const captured = readCapture(file, counts.value, load);
  expect(captured).toMatchObject({ problem: null, dropped: 0, cutBytes: 0, connections: 2, resent: 0 });
  expect(captured.events).toBe(2 * events);
  expect(captured.asked).toEqual({ stream: "true" });
  // The client saw the answers after they had passed the wire.
  const figures = captured.figures!;
  expect(figures["e2e mean, ms"]).toBeLessThan((seen[0]! + seen[1]!) / 2);
  expect(figures["itl p50, ms"]).toBeGreaterThanOrEqual(1);
  // Of what this process takes to write and to read the same events.
  expect(captured.cpuS).toBeLessThan((own.user + own.system) / 1e6 / 4);
  const client = "ceteris";
  expect(captureLines([{ client, round: 0, ...captured }])).toEqual([expect.stringMatching(/^watching the wire took/)]);
});

/** Sends it, and says after how many ms all of the answer was read. */
async function asked(port: number, prompt: string): Promise<number> {
  const startMs = performance.now();
  const body = JSON.stringify({ prompt, stream: true });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/completions`, { method: "POST", body });
  await answer.text();
  return performance.now() - startMs;
}

it("says why it cannot, and ends", async (context) => {
  const folder = temporaryFolder();
  const compiled = compileProgram(source, folder);
  if (!compiled.ok) return context.skip(compiled.problem.message);
  const child = spawn(compiled.value, ["no port", "/dev/null"], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([2, null]);
  const failed = await startCapture(compiled.value, 1, join(folder, "no", "folder"));
  expect(failed).toMatchObject({ ok: false, problem: { code: "no-capture" } });
});

it("says where what is asked is not the same, and what is void", () => {
  const lines = captureLines([
    { client: "ours", round: 0, problem: null, asked: { seed: "1", stream: "true" }, resent: 3 },
    { client: "theirs", round: 0, problem: "2 segments were dropped", asked: { stream: "true" } },
  ]);
  expect(lines).toEqual([
    "what they asked of the engine was not the same: ours seed=1; theirs nothing",
    "ours, round 1: 3 requests went out again, since the server had closed their connection",
    "no witness on the wire: theirs, round 1: 2 segments were dropped",
  ]);
});
