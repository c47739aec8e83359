import { describe, expect, it } from "vitest";
import { findings } from "../../../src/commands/doctor/check.ts";
import { engineChecks } from "../../../src/commands/doctor/engine-checks.ts";
import type { EngineFound, Facts } from "../../../src/commands/doctor/facts.ts";
import { fail, succeed } from "../../../src/schema/result.ts";
import { found, someFacts } from "../../support/preflight-facts.ts";

const installed: EngineFound = {
  name: "vllm",
  title: "vLLM",
  catalogueVersion: "0.32.0",
  installedVersion: "0.32.0",
  changes: null,
  found: succeed("/usr/bin/vllm"),
};
const withEngine = (more: Partial<EngineFound>): Facts => someFacts({ engines: [{ ...installed, ...more }] });

it("asks nothing where nobody looked for engines and models", () => {
  expect(findings(engineChecks, someFacts())).toEqual([]);
});

describe("the engine", () => {
  it("is here, and is the one whose flags are known", () => {
    expect(found(engineChecks, "engine", withEngine({}))).toEqual(["fine: vLLM: /usr/bin/vllm"]);
    expect(found(engineChecks, "engine-version", withEngine({}))).toEqual(["fine: vLLM 0.32.0, whose flags are known"]);
  });

  it("is missing, and the remedy is that of the environment", () => {
    const facts = withEngine({ found: fail("program-not-found", "vllm: no program vllm on PATH", "Install it.") });
    expect(findings(engineChecks, facts)[0]).toMatchObject({
      id: "engine",
      state: "refusal",
      value: "vllm: no program vllm on PATH",
      remedy: "Install it.",
    });
  });

  it("has another version than its engine file, or does not tell", () => {
    const version = (installedVersion: string | null) =>
      found(
        engineChecks,
        "engine-version",
        withEngine({ installedVersion, changes: { text: "`swap_space` is gone", hint: "write it" } }),
      );
    expect(version("0.33.0")).toEqual([
      "warning: vLLM 0.33.0 is installed, and the matrix is for 0.32.0: `swap_space` is gone",
    ]);
    expect(version(null)[0]).toMatch(/^unknown/);
    expect(found(engineChecks, "engine-version", withEngine({ catalogueVersion: null }))).toEqual([]);
  });
});

describe("the model", () => {
  const model = (result: NonNullable<Facts["models"]>[number]["found"]) =>
    found(engineChecks, "model", someFacts({ models: [{ model: "org/model", found: result }] }));
  const checked = { kind: "hub", path: "/cache", revision: "abc", digest: "d", bytes: 16e9, why: null } as const;

  it("is here, or the hub gives it", () => {
    expect(model(succeed(checked))).toEqual(["fine: org/model: in the hub's cache, 16.0 GB"]);
    expect(model(succeed({ ...checked, path: null, bytes: null }))[0]).toMatch(/^fine: org\/model: on the hub/);
  });

  it("is gated", () => {
    expect(model(fail("gated-model", "org/model is gated", "Accept its licence."))).toEqual([
      "refusal: org/model is gated",
    ]);
  });

  it("could not be asked for", () => {
    expect(model(succeed({ ...checked, kind: "unchecked", path: null, why: "the hub did not answer" }))).toEqual([
      "unknown: org/model: the hub did not answer",
    ]);
  });
});
