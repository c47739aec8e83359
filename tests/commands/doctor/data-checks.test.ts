import { expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import { dataChecks } from "../../../src/commands/doctor/data-checks.ts";
import type { Facts } from "../../../src/commands/doctor/facts.ts";
import type { Diagnostic } from "../../../src/schema/diagnostic.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { found, someFacts } from "../../support/preflight-facts.ts";

it("asks nothing where nobody looked", () => {
  expect(findings(dataChecks, someFacts())).toEqual([]);
});

it("reports what is wrong with a data set, and refuses what a run on this machine would refuse", () => {
  const diagnostic = (code: string, severity: Diagnostic["severity"]): Diagnostic => ({
    code,
    severity,
    file: "m.yaml",
    line: 1,
    column: 1,
    message: `${code}!`,
    hint: "look",
  });
  const datasets = (...diagnostics: Diagnostic[]) =>
    found(dataChecks, "dataset", someFacts({ datasets: { names: ["jsonl", "trace"], diagnostics } }));
  expect(datasets()).toEqual(["fine: jsonl, trace"]);
  expect(datasets(diagnostic("dataset-missing", "warning"), diagnostic("dataset-goes-round", "warning"))).toEqual([
    "refusal: dataset-missing!",
    "warning: dataset-goes-round!",
  ]);
  expect(datasets(diagnostic("bad-dataset", "error"))).toEqual(["refusal: bad-dataset!"]);
  expect(found(dataChecks, "dataset", someFacts({ datasets: null }))).toEqual([]);
});

it("warns of a tracking server that does not answer, and refuses an address that is none", () => {
  const tracking = (where: string | null, answers: NonNullable<Facts["tracking"]>["answers"]) =>
    found(dataChecks, "tracking", someFacts({ tracking: { where, answers } }));
  expect(tracking("http://mlflow.test", succeed(null))).toEqual(["fine: MLflow at http://mlflow.test answers"]);
  const silent = fail("mlflow-unreachable", "MLflow: no answer", "");
  expect(tracking("http://mlflow.test", silent)).toEqual(["warning: MLflow: no answer"]);
  expect(tracking(null, fail("tracking-address", "is a file: one", "Start a server."))).toEqual([
    "refusal: is a file: one",
  ]);
});

it("wants a results folder with room", () => {
  const results = (writable: NonNullable<Facts["results"]>["writable"], freeBytes: number | null) =>
    found(dataChecks, "results", someFacts({ results: { folder: "/r", writable, freeBytes } }));
  expect(results(succeed("/r"), 80e9)).toEqual(["fine: /r: 80.0 GB free"]);
  expect(results(succeed("/r"), 1e9)).toEqual(["warning: /r: 1.0 GB free"]);
  expect(results(succeed("/r"), null)[0]).toMatch(/^unknown/);
  expect(results(fail("no-permission", "cannot write: /r", "Choose another."), null)).toEqual([
    "refusal: cannot write: /r",
  ]);
});
