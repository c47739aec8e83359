import { expect, it } from "vitest";
import { catalogues } from "../../support/versioned-engine.ts";
import { diagnose, matrix } from "../study-fixture.ts";

const found = (version: string) => {
  const design = "{ kind: isolation, changes: [{ id: b, set: { both: 5 } }] }";
  const sut = `{ engine: many, model: m, version: ${version} }`;
  return diagnose({ ...catalogues, "matrices/a.yaml": matrix({ sut, baseline: "{}", design }) }).filter(
    ({ code }) => code === "catalogue-unseen",
  );
};

it("notes that no launch has borne the catalogue of a version out", () => {
  expect(found("1.0.0")).toMatchObject([
    { severity: "info", message: expect.stringContaining("the catalogue of many 1.0.0 was made from its help") },
  ]);
});

it("is silent of a version that was started, and of one without a catalogue, which has a warning of its own", () => {
  expect(found("2.0.0")).toEqual([]);
  expect(found("1.7.0")).toEqual([]);
});
