import { expect, it } from "vitest";
import { originOf } from "../../src/report/origin.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("is empty where all was measured on the engine that the matrix names, and says each other thing", () => {
  expect(originOf(fakeReportInput())).toEqual({ simulated: false, tags: [], tag: "", parts: null });
  expect(originOf(fakeReportInput("simulated"))).toMatchObject({
    tags: ["SIMULATED", "STAND-IN"],
    tag: " (SIMULATED, STAND-IN)",
  });
});
