import { expect, it } from "vitest";
import { benchTable, type BenchAnswer } from "../../src/report/index.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import { seen } from "../support/judged-trials.ts";
import { fakeReportInput } from "../support/fake-report.ts";

const [trial] = fakeReportInput().trials;

function figure(
  metric: string,
  stat: Measurement["stat"],
  value: number | null,
  why: string | null = null,
): Measurement {
  return {
    metric,
    stat,
    unit: metric.endsWith("throughput") ? "tok/s" : "ms",
    value,
    why,
    n: 10,
    rule: "r",
    source: "client",
  };
}

const answer = (changes: Partial<BenchAnswer> = {}): BenchAnswer => ({
  trial: {
    ...trial!,
    origin: "measured",
    verdict: { ...trial!.verdict, status: "SCREENED", reason: "6 checks passed", checks: [], failure: null },
    measurements: [
      ...["ttft", "e2e"].map((metric) => figure(metric, "p99", null, "10 values give p99 no interval")),
      figure("output_throughput", "value", 100),
      figure("request_throughput", "value", 4),
      figure("prompt_tokens", "mean", 50),
      figure("goodput", "value", 3),
      figure("goodput_share", "value", 75),
    ],
  },
  observation: seen(10),
  requests: { sent: 10, finished: 10, failed: 0, resent: 0, errors: [] },
  folder: "results/s/e/t",
  server: { url: "http://h:1", model: "m" },
  load: { scenario: "closed", concurrency: 4 },
  saved: null,
  matrix: "study: s\n",
  ...changes,
});

it("has the duration, all tokens a second, the share within the limits, and a reason once for all metrics that it concerns", () => {
  const text = benchTable(answer());
  expect(text).toMatch(/^total throughput +300\.00 tok\/s, prompt and output tokens$/m);
  expect(text).toMatch(/^goodput +3\.00 req\/s, 75\.0 % of the requests$/m);
  expect(text).toMatch(/^duration +90\.00 s measured$/m);
  expect(text).toContain("  ttft, e2e p99: 10 values give p99 no interval\n");
  expect(text).toContain("at two concurrencies");
  expect(benchTable(answer({ load: { scenario: "offline", concurrency: null }, saved: "a.json" }))).toMatch(
    /^saved +a\.json\n\nThe same as a matrix, at two numbers in flight/m,
  );
});

it("says that the prompts of conversations carry their history, which nobody asked for", () => {
  const own = [figure("prompt_tokens", "mean", 600), figure("prompt_tokens_asked", "mean", 128)];
  const lines = (measurements: Measurement[]): string | undefined =>
    /^mean tokens +(.*)$/m.exec(benchTable(answer({ trial: { ...answer().trial, measurements } })))?.[1];
  expect(lines(own)).toBe("prompt 600.0, asked for 128.0");
  expect(lines([...own, figure("turn_throughput", "value", 4)])).toBe("prompt 600.0 with the history, asked for 128.0");
});

it("says once why a metric has no figure at all", () => {
  const stats = ["mean", "p50", "p90", "p95", "p99", "max"] as const;
  const measurements = ["tpot", "itl"].flatMap((metric) =>
    stats.map((stat) => figure(metric, stat, null, "no finished request has two chunks")),
  );
  const text = benchTable(answer({ trial: { ...answer().trial, measurements } }));
  expect(text.match(/^.*two chunks$/gm)).toEqual(["  tpot, itl: no finished request has two chunks"]);
});

it("has the error first and little else where no request finished", () => {
  const failure = { class: "requests-failed", message: "", file: null, line: null, hint: "Look at the server." };
  const verdict = {
    ...trial!.verdict,
    status: "FAILED" as const,
    reason: "10 of 10 requests failed; the first: HTTP 400",
    failure,
  };
  const failed = answer({
    trial: { ...answer().trial, origin: "simulated", verdict },
    requests: { sent: 10, finished: 0, failed: 10, resent: 0, errors: [{ error: "HTTP 400", requests: 10 }] },
  });
  expect(benchTable(failed).trim().split("\n")).toEqual([
    "FAILED: 10 of 10 requests failed; the first: HTTP 400",
    "  Look at the server.",
    "",
    "requests                  10 sent, 0 finished, 10 failed (HTTP 400)",
    "trial                     results/s/e/t",
    "SIMULATED: every number comes from a simulated engine.",
  ]);
});

it("says why requests failed, the commonest error first", () => {
  const errors = [
    { error: "HTTP 500", requests: 2 },
    { error: "connection reset", requests: 1 },
  ];
  const text = benchTable(answer({ requests: { sent: 10, finished: 7, failed: 3, resent: 0, errors } }));
  expect(text).toMatch(/^requests +10 sent, 7 finished, 3 failed \(2 of them: HTTP 500\)$/m);
});
