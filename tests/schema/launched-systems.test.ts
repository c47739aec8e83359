import { expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { launchedSystems, systemLines } from "../../src/schema/launched-systems.ts";
import type { Study } from "../../src/schema/study.ts";
import { makeEngine, makeStudy } from "../support/make-study.ts";

const other = makeEngine({ name: "other", title: "Other engine", version: "2.0" });
const change = (id: string, set: Study["baseline"]["knobs"]) => ({ id, label: id, set, pointer: `/design/${id}` });

function linesOf(changes: ReturnType<typeof change>[], systems: Study["systems"] = []): string[] {
  const engines = new Map([["other", other]]);
  const study = makeStudy({ kind: "isolation", changes }, { systems, engines });
  return systemLines(launchedSystems(study, expandStudy(study).experiments));
}

it("has nothing to list where all rows run on one engine and model", () => {
  expect(linesOf([change("eager", { enforce_eager: true })])).toEqual([]);
});

it("tells systems apart by the matrix's name, and others by their rows", () => {
  const set = { max_num_seqs: null, "sut.engine": "other" };
  expect(linesOf([change("there", set), change("eager", { enforce_eager: true })])).toEqual([
    "baseline, eager: Test engine 1.0.0, org/model-8B",
    "there: Other engine 2.0, org/model-8B",
  ]);
  const systems = [
    { id: "8b", set: { "sut.model": "org/8b" }, pointer: "/systems/0" },
    { id: "70b", set: { "sut.model": "org/70b", "sut.revision": "abc" }, pointer: "/systems/1" },
  ];
  expect(linesOf([change("eager", { enforce_eager: true })], systems)).toEqual([
    "8b: Test engine 1.0.0, org/8b",
    "70b: Test engine 1.0.0, org/70b at abc",
  ]);
  expect(linesOf([change("newer", { "sut.version": "1.1.0" })], systems.slice(1))).toEqual([
    "baseline of 70b: Test engine 1.0.0, org/70b at abc",
    "newer of 70b: Test engine 1.1.0, org/70b at abc",
  ]);
});
