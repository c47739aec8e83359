import { expect, it } from "vitest";
import { preflightCounts, preflightText } from "../../src/report/preflight-text.ts";
import type { PreflightFinding } from "../../src/schema/preflight.ts";

const found: PreflightFinding[] = [
  { id: "gpu", state: "fine", value: "1 × NVIDIA H100", limit: null, remedy: null },
  { id: "gpu-persistence", state: "warning", value: "disabled", limit: "enabled", remedy: "sudo nvidia-smi -pm 1" },
  { id: "ports", state: "warning", value: "few\u001B[31m", limit: null, remedy: "widen" },
  { id: "model", state: "refusal", value: "gated", limit: null, remedy: "set HF_TOKEN" },
];

it("aligns states and checks, says what to do under what is not fine, and counts", () => {
  expect(preflightText(found).split("\n")).toEqual([
    "fine     gpu              1 × NVIDIA H100",
    "warning  gpu-persistence  disabled",
    "                          → sudo nvidia-smi -pm 1",
    expect.stringMatching(/^warning {2}ports {12}few.+$/),
    "                          → widen",
    "refusal  model            gated",
    "                          → set HF_TOKEN",
    "",
    "1 fine, 2 warnings, 1 refusal",
    "",
  ]);
  expect(preflightCounts(found)).toEqual({ fine: 1, warning: 2, refusal: 1, unknown: 0 });
});
