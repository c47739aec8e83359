import { expect, it } from "vitest";
import { catalogues } from "../../support/versioned-engine.ts";
import { diagnose, matrix } from "../study-fixture.ts";

const found = (sut: string, design: string) =>
  diagnose({ ...catalogues, "matrices/a.yaml": matrix({ sut, baseline: "{}", design }) }).filter(
    ({ code }) => code === "no-catalogue",
  );
const one = "{ kind: isolation, changes: [{ id: b, set: { both: 5 } }] }";

it("says which versions there are, and the command that makes one", () => {
  const [first, ...others] = found("{ engine: many, model: m, version: 1.7.0 }", one);
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    severity: "warning",
    message: "there is no catalogue of many 1.7.0: its knobs are checked against those of 2.0.0",
    hint: "there are catalogues of 1.0.0, 2.0.0; where 1.7.0 is installed, `ceteris catalogue many` makes one",
    line: 3,
  });
});

it("finds it in a factor, and is silent of versions that have one", () => {
  const factors = "{ kind: combination, factors: { sut.version: [1.0.0, 2.0.0, 3.0.0] } }";
  expect(found("{ engine: many, model: m }", factors).map(({ message }) => message)).toEqual([
    "there is no catalogue of many 3.0.0: its knobs are checked against those of 2.0.0",
  ]);
  expect(found("{ engine: many, model: m, version: 1.0.0+cpu }", one)).toEqual([]);
  expect(found("{ engine: pocket, model: m, version: 9.9.9 }", one)).toEqual([]);
});
