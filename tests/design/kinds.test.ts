import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { designKinds } from "../../src/design/kinds.ts";
import { makeStudy } from "../support/make-study.ts";

const folder = join(import.meta.dirname, "../../src/design");

it("is every folder of a kind, by its name", () => {
  const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));
  expect(Object.keys(designKinds).toSorted()).toEqual(folders.toSorted());
});

it("knows no other", () => {
  const study = makeStudy({ kind: "surface", changes: [] });
  expect(() => expandStudy(study)).toThrow("there is no kind of design called surface");
});
