import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import { phaseClock } from "../../src/engine/start-phases.ts";
import { engineNamed, fixtureText } from "../support/engine-named.ts";

const engine = engineNamed("mlx");
const unclassified = { class: "none", hint: "" };

describe("failures of a real mlx_lm.server", () => {
  const expected: Record<string, [string, string]> = {
    "absent.txt": ["model-not-found", "Repo id must"],
    "bad-int.txt": ["bad-value", "argument --decode-concurrency: invalid int value"],
    "no-weights.txt": ["weights-missing", "No safetensors found in noweights"],
    "odd-model.txt": ["model-unsupported", "No module named 'mlx_lm.models.no_such_model'"],
    "port-in-use.txt": ["port-in-use", "Address already in use"],
    "unknown-flag.txt": ["unknown-flag", "unrecognized arguments: --no-such-flag"],
  };

  it("has an expectation for every recorded failure", () => {
    const folder = join(import.meta.dirname, "../fixtures/mlx/failures");
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))("%s is known by its telling line", (file, [name, words]) => {
    const failure = classify(engine.failures, fixtureText(`mlx/failures/${file}`), unclassified);
    expect([failure.class, failure.message]).toEqual([name, expect.stringContaining(words)]);
    expect(failure.hint.length).toBeGreaterThan(20);
  });

  it("a model that does not load ends the wait: the process lives, and answers 503 for good", () => {
    const fatal = new RegExp(engine.readiness.fatal ?? "(?!)");
    const isFatal = (path: string) =>
      fixtureText(path)
        .split("\n")
        .some((line) => fatal.test(line));
    for (const file of ["absent", "no-weights", "odd-model"]) expect(isFatal(`mlx/failures/${file}.txt`)).toBe(true);
    expect(isFatal("mlx/healthy/served.txt")).toBe(false);
  });
});

it("finds its phase in a log that is none of a failure", () => {
  const log = fixtureText("mlx/healthy/served.txt");
  const clock = phaseClock(engine.phases);
  for (const [index, line] of log.split("\n").entries()) clock.line(line, index);
  expect(clock.phases().map(({ id }) => id)).toEqual(["server"]);
  expect(classify(engine.failures, log, unclassified).class).toBe("none");
});

it("is not sent a seed, which would take each request out of the batch, and cannot be made to keep a length", () => {
  expect(Object.keys(engine.dialect.lacks)).toEqual(expect.arrayContaining(["seed", "ignore_eos", "min_tokens"]));
  expect(engine.servedModel).toBe("default_model");
  expect(engineNamed("mlx-cpu")).toMatchObject({ dialect: engine.dialect, ownCores: true, knobs: engine.knobs });
});
