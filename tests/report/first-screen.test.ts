import { expect, it } from "vitest";
import { firstScreen } from "../../src/report/first-screen.ts";
import { fakeReportInput } from "../support/fake-report.ts";

it("names model, engine, fidelity and study, and where the numbers come from", () => {
  const { context, origins, originNote, title } = firstScreen(fakeReportInput("simulated"));
  expect(title).toBe("fake-study");
  expect(context).toEqual(
    expect.arrayContaining(["example/tiny-8b", "fidelity valid, 3 blocks", "study fake-study"]) as string[],
  );
  expect(origins).toEqual(["SIMULATED", "STAND-IN"]);
  expect(originNote).toContain("nothing was measured on hardware");
  expect(firstScreen(fakeReportInput()).originNote).toBeNull();
});
