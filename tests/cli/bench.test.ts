import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { expectMeasured, measuredCodes, runUndisturbed } from "../support/measured.ts";
import { useStartedPrograms } from "../support/started-programs.ts";
import { freePort } from "../simulator/running-engine.ts";

const place = makeStudyFolder();
const programs = useStartedPrograms();
let address: string;

/** A server that somebody else runs: a request that takes 5 ms is not kept in flight on a machine that gives a core to another for as long. */
beforeAll(async () => {
  address = await programs.startEngine(["--served-model-name", "llama"]);
});
afterAll(() => place.remove());

const benchArgs = (args: string[]) => ["bench", `http://${address}`, "--output-tokens", "16", ...args];
const bench = (args: string[]) => runCli(benchArgs(args), place.folder);

interface Answer {
  study: string;
  experiment: string;
  experiment_id: string;
  origin: string;
  model: string;
  requests: { sent: number; finished: number; failed: number };
  metrics: Record<string, Record<string, number | null>>;
  missing: { metric: string; stat: string; why: string }[];
  concurrency: { asked: number | null; held: number };
  client: { cpu_per_token_us: number; loop_delay_ms: Record<string, number> | null };
  verdict: { status: string; reason: string };
  trial: string;
}

describe("ceteris bench --json", () => {
  it("is one object: requests, metrics, concurrency, client, verdict, and the trial that was written", async () => {
    const study = `bench-${address.replace(":", "-")}-llama`;
    const args = benchArgs(["--requests", "400", "--concurrency", "8", "--json"]);
    const { code, stdout, stderr } = await runUndisturbed(args, place.folder, study);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("SCREENED") });
    const answer = JSON.parse(stdout) as Answer;
    expect(answer).toMatchObject({
      study,
      experiment: "c8-in128-out16",
      model: "llama",
      origin: "simulated",
      requests: { sent: 400, finished: 400, failed: 0 },
      concurrency: { asked: 8 },
      verdict: { status: "SCREENED" },
    });
    expect(answer.concurrency.held).toBeGreaterThan(7);
    expect(answer.concurrency.held).toBeLessThanOrEqual(8);
    for (const metric of ["ttft", "tpot", "itl", "e2e"]) {
      const { mean, p50, p90, p95, p99, max } = answer.metrics[metric] ?? {};
      for (const figure of [mean, p50, p90, p95, p99, max]) expect(figure).toEqual(expect.any(Number));
      expect([p50, p90, p95, p99, max]).toEqual([p50, p90, p95, p99, max].toSorted((a, b) => Number(a) - Number(b)));
    }
    expect(answer.metrics["output_tokens"]?.["mean"]).toBe(16);
    expect(answer.metrics["output_throughput"]?.["value"]).toBeGreaterThan(0);
    expect(answer.metrics["ttft_sched"]?.["p50"]).toBeNull();
    expect(answer.missing.find(({ metric }) => metric === "ttft_sched")?.why).toMatch(/./);
    expect(answer.client.cpu_per_token_us).toBeGreaterThan(0);
    const stored = storedTrials(place.folder, answer.study);
    expect(stored.map(({ folder }) => folder)).toEqual([join(place.folder, answer.trial)]);
    expect(stored[0]?.trial).toMatchObject({ origin: "simulated", spec: { replicate: 1, fidelity: "screen" } });
    expect(existsSync(join(place.folder, answer.trial, "requests.parquet"))).toBe(true);
    expect(await runCli(["verify", answer.study], place.folder)).toMatchObject({ code: 0 });
  });

  it("measures again when it is asked again, and joins another load to the same study", async () => {
    const again = await bench(["--requests", "100", "--concurrency", "8", "--json"]);
    const open = await bench([
      "--requests",
      "100",
      "--rate",
      "200",
      "--endpoint",
      "chat",
      "--slo-ttft-ms",
      "1000",
      "--json",
    ]);
    const [first, second] = [again, open].map(({ stdout }) => JSON.parse(stdout) as Answer);
    expect(first?.trial).toMatch(/-r2-a1$/);
    expect(second).toMatchObject({
      experiment: "r200-poisson-in128-out16-chat",
      concurrency: { asked: null },
      requests: { sent: 100, finished: 100 },
    });
    expect(second?.metrics["ttft_sched"]?.["p50"]).toEqual(expect.any(Number));
    const report = await runCli(["report", first?.study ?? ""], place.folder);
    expect(report.code).toBe(0);
    const text = readFileSync(join(place.folder, report.stdout.trim().split("\n").at(-1) ?? ""), "utf8");
    expect(text).toMatch(/SIMULATED/);
    for (const name of [first?.experiment, second?.experiment]) expect(text).toContain(`| ${name}`);
  });

  it("keeps another name for another load that would be called the same", async () => {
    const { stdout } = await bench(["--requests", "50", "--concurrency", "8", "--temperature", "0.7", "--json"]);
    expect((JSON.parse(stdout) as Answer).experiment).toBe("c8-in128-out16-2");
  });
});

describe("ceteris bench", () => {
  it("prints a table that says SIMULATED, and a matrix that is the same experiment", async () => {
    const answer = await bench(["--requests", "50", "--concurrency", "4", "--study", "mine", "--seed", "7"]);
    expectMeasured(answer, storedTrials(place.folder, "mine"));
    const { stdout } = answer;
    expect(stdout).toMatch(/^SIMULATED/m);
    expect(stdout).toMatch(/^ttft +ms +\d/m);
    expect(stdout).toMatch(/^output throughput +\d+\.\d\d tok\/s/m);
    expect(stdout).toMatch(/^in flight +4 asked, held \d/m);
    expect(stdout).toMatch(/^verdict +(SCREENED|INVALID): /m);
    expect(stdout).toContain("it needs 368");
    const [matrix = ""] = stdout.slice(stdout.indexOf("study: ")).split(/\n\n/);
    const saved = makeStudyFolder({ "bench.yaml": matrix });
    try {
      const plan = await runCli(["plan", "bench.yaml", "--json"], saved.folder);
      const { experiments, diagnostics } = JSON.parse(plan.stdout) as {
        experiments: { id: string; experiment_id: string }[];
        diagnostics: { severity: string }[];
      };
      expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
      expect(experiments).toHaveLength(2);
      const [stored] = storedTrials(place.folder, "mine");
      expect(stored?.trial.spec.experiment_id).toBe(experiments[0]?.experiment_id);
      // By the matrix as well, what answers says that it is simulated.
      const run = await runCli(["run", "bench.yaml", "--only", "c4-in128-out16"], saved.folder);
      expect(measuredCodes, run.stderr).toContain(run.code);
      expect(run.stdout).toContain("SIMULATED");
    } finally {
      saved.remove();
    }
  });

  it("asks a dataset's prompts", async () => {
    const lines = ["one", "two", "three"].map((prompt) => JSON.stringify({ prompt, reference: prompt }));
    writeFileSync(join(place.folder, "prompts.jsonl"), `${lines.join("\n")}\n`);
    const { code, stdout } = await bench(
      ["--dataset", "prompts.jsonl", "--ignore-eos"].concat(["--requests", "30", "--concurrency", "2", "--json"]),
    );
    expect(measuredCodes).toContain(code);
    expect((JSON.parse(stdout) as Answer).metrics["output_tokens"]).toMatchObject({ min: 16, max: 16 });
  });
});

describe("what is in the way", () => {
  it("says what next where nobody listens, and measures nothing", async () => {
    const free = await freePort();
    const { code, stdout, stderr } = await runCli(["bench", `127.0.0.1:${free}`, "--json"], place.folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`nothing answers at http://127.0.0.1:${free}`);
    expect(stderr).toMatch(/Start the server/);
    expect(existsSync(join(place.folder, `results/bench-127.0.0.1-${free}`))).toBe(false);
  });

  it.each([
    { args: ["--model", "gpt-7"], says: "serves llama, and not gpt-7" },
    { args: ["--rate", "5", "--concurrency", "4"], says: "--rate and --concurrency" },
    { args: ["--arrivals", "poisson"], says: "Add --rate" },
    { args: ["--rate", "5", "--arrivals", "constant", "--burstiness", "2"], says: "--arrivals gamma" },
    { args: ["--endpoint", "chat", "--prompt", "tokens"], says: "text alone" },
    { args: ["--input-tokens", "many"], says: "64-256" },
    { args: ["--requests", "0"], says: "1 at least" },
    { args: ["--dataset", "nowhere.jsonl"], says: "nowhere.jsonl" },
    { args: ["--api-key-env", "NO_SUCH_KEY"], says: "NO_SUCH_KEY is not set" },
    { args: ["--study", "Not A Name"], says: "study" },
  ])("exits with 2 and says why: $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await bench([...args, "--json"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  it("takes no key on the command line", async () => {
    const { code, stderr } = await runCli(["bench", "http://user:geheim@127.0.0.1:1"], place.folder);
    expect(code).toBe(2);
    expect(stderr).toContain("--api-key-env");
    expect(stderr).not.toContain("geheim");
  });
});

describe("a server that wants a key", () => {
  const key = "sk-very-secret-0123";
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${key}`) return void response.writeHead(401).end();
      if (request.method === "GET") return void response.end(JSON.stringify({ data: [{ id: "tiny" }] }));
      response.writeHead(200, { "content-type": "text/event-stream" });
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const { length } = (JSON.parse(body) as { prompt: number[] }).prompt;
        const choice = { text: "a", index: 0, finish_reason: "length" };
        // An answer at once would leave the client with fewer in flight than it was asked for.
        setTimeout(() => {
          response.write(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);
          response.write(
            `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: length, completion_tokens: 1 } })}\n\n`,
          );
          response.end("data: [DONE]\n\n");
        }, 50);
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("is asked with the key of a variable, which is written nowhere; what it measured is not called simulated", async () => {
    const folder = join(place.folder, "keyed");
    mkdirSync(folder);
    const args = ["bench", url, "--requests", "20", "--concurrency", "2", "--output-tokens", "1", "--json"];
    const refused = await runCli(args, folder, { OPENAI_API_KEY: "" });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("OPENAI_API_KEY");
    const { code, stdout, stderr } = await runCli([...args, "--api-key-env", "MY_KEY"], folder, { MY_KEY: key });
    const answer = JSON.parse(stdout) as Answer;
    expect(measuredCodes, stderr).toContain(code);
    expect(stderr).not.toContain(key);
    expect(answer).toMatchObject({ origin: "measured", model: "tiny", requests: { finished: 20 } });
    const grep = spawnSync("grep", ["-rl", key, folder], { encoding: "utf8" }).stdout;
    expect(grep).toBe("");
  });
});
