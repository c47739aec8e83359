import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classify } from "../../src/engine/failures.ts";
import { readLines } from "../../src/engine/log-lines.ts";
import { parsers } from "../../src/engine/parsers/index.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import { phaseClock } from "../../src/engine/start-phases.ts";
import { readTracebacks } from "../../src/engine/tracebacks.ts";
import type { FailurePattern } from "../../src/schema/engine-file.ts";
import { repository } from "../support/cli.ts";
import { jsonWith, longestMs, textOf, expectAll, within } from "../support/any-text.ts";

const timeout = { timeout: longestMs };
const words = [
  "INFO",
  "ERROR",
  "WARNING",
  "07-31 14:00:05",
  "2026-07-31T14:00:05.123Z ",
  "[core.py:708]",
  "(EngineCore pid=140) ",
  "Traceback (most recent call last):\n",
  '  File "/a/b.py", line 12, in run\n',
  "torch.OutOfMemoryError: CUDA out of memory",
  "RuntimeError: see root cause above",
  "KeyError: 'x'",
  "During handling of the above exception, another exception occurred:\n",
  "vllm  | ",
  "[rank0]: ",
  "ray::",
  "Exception ignored in",
  "Process X:",
  "|",
  "\u001B[31m",
  "\n",
  "\n",
  "(",
  ")",
  "[",
  "]",
  ":",
];
const { failures } = parse(readFileSync(join(repository, "sut/failures.yaml"), "utf8")) as {
  failures: FailurePattern[];
};

it("reads any log as lines and tracebacks, each line once and in its place", timeout, async () => {
  await expectAll(
    textOf(words),
    (log) => {
      const lines = within(1000, () => readLines(log, 0));
      const { tracebacks, strays } = within(1000, () => readTracebacks(lines));
      const numbers = lines.map(({ number }) => number);
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
      for (const { raised } of tracebacks) expect(raised.length).toBeGreaterThan(0);
      expect(new Set(strays).size).toBe(strays.length);
    },
    4000,
  );
});

it("says of any log why the engine failed, in one line of it or in the words that it was given", timeout, async () => {
  const fallback = { class: "engine-exited", message: "it ended", hint: "read the log" };
  await expectAll(
    textOf(words),
    (log) => {
      const failure = within(2000, () => classify(failures, log, fallback));
      expect(failure.class).toMatch(/^[a-z0-9-]+$/);
      expect(failure.message.length).toBeLessThanOrEqual(501);
      expect(failure.line === null || failure.line <= log.split("\n").length).toBe(true);
    },
    1000,
  );
});

it("reads whatever an engine answers as its configuration, or as none", timeout, async () => {
  const answer = jsonWith(
    ["vllm_config", "vllm_env", "system_env", "scheduler_config", "hf_token", "n_ctx", "ceteris", "env_vars"],
    ["text", 8192],
  );
  const log = textOf(
    [
      "n_slots = 4, n_ctx_slot = 512, kv_unified = 'true'",
      "Cannot use X backend on",
      "Unknown vLLM environment variable detected: ",
    ],
    4,
  );
  await expectAll(fc.tuple(answer, log, fc.boolean()), ([value, said, isWhole]) => {
    const text = JSON.stringify(value);
    for (const parser of Object.values(parsers)) {
      const found = parser.parse(isWhole ? text : text.slice(0, -1), said);
      expect(found === null || typeof found === "object").toBe(true);
      for (const path of Object.keys(found ?? {})) expect(path).not.toMatch(/(^|\.)hf_token$/);
    }
  });
});

it("selects figures from any page of metrics, which are finite", timeout, async () => {
  const page = textOf(['a{x="1"} 5\n', "a_total 7\n", "b NaN\n", "a 1e308\n", "{", "}", '"', "mean("]);
  await expectAll(fc.tuple(page, textOf(["a", "{", 'x="1"', "}", "mean(", ")", "b"], 5)), ([text, selector]) => {
    const found = within(500, () => selectMetrics(text, { one: selector, two: "a" }));
    for (const value of Object.values(found)) expect(Number.isFinite(value)).toBe(true);
  });
});

it("ends phases of a start at any lines, each once", timeout, async () => {
  await expectAll(fc.array(textOf(["ready", "loading ", "Application startup complete"], 4)), (lines) => {
    const clock = phaseClock([
      { id: "load", pattern: "loading" },
      { id: "ready", pattern: "ready$" },
    ]);
    for (const [at, line] of lines.entries()) clock.line(line, at);
    const ids = clock.phases().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
