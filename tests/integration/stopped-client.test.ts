import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/cli.ts";
import { useStartedPrograms } from "../support/started-programs.ts";

/** A client that somebody stops for a while (SIGSTOP, as by Ctrl-Z or a frozen container), in the middle of its load. */
const programs = useStartedPrograms();
let engine: string;
beforeAll(async () => {
  engine = await programs.startEngine();
});

/** Tokens that the engine has made so far. */
async function served(): Promise<number> {
  const answer = await fetch(`http://${engine}/metrics`);
  return Number(/^vllm:generation_tokens_total\S* ([\d.e+]+)$/m.exec(await answer.text())?.[1] ?? 0);
}

/** Runs a load, stops the client for `stopMs` once the engine has made `afterTokens`, and returns the verdict. */
async function benchStopped(requests: number, stopMs: number, afterTokens: number) {
  const before = await served();
  const flags = `--concurrency 8 --requests ${requests} --output-tokens 64 --warmup 8`;
  const client = programs.bench(engine, flags.split(" "));
  await until(async () => (await served()) - before >= afterTokens);
  process.kill(-client.pid, "SIGSTOP");
  await wait(stopMs);
  process.kill(-client.pid, "SIGCONT");
  const { code, verdict } = await client.ended;
  return { code, verdict, paused: verdict.checks.find(({ id }) => id === "client-paused") };
}

describe("a client that was stopped in the middle of its load", () => {
  it("calls a short trial INVALID for 300 ms, which moved its latencies", async () => {
    const { code, verdict, paused } = await benchStopped(100, 300, 2500);
    expect([code, verdict.status]).toEqual([4, "INVALID"]);
    expect(paused).toMatchObject({ status: "fail", remedy: expect.stringContaining("Ctrl-Z") });
    expect(Number(/paused for up to ([\d.]+) ms/.exec(paused!.message)?.[1])).toBeGreaterThan(250);
  });

  it("calls a long one INVALID for a stop of 6 % of it, which moved its throughput", async () => {
    const { code, verdict, paused } = await benchStopped(250, 1000, 6000);
    expect([code, verdict.status]).toEqual([4, "INVALID"]);
    expect(paused?.status).toBe("fail");
  });
});
