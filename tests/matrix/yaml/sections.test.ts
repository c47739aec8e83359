import { expect, it } from "vitest";
import { pathsOf, placeInWords, settingOf } from "../../../src/matrix/yaml/sections.ts";

it("knows where each member of a matrix stands, what a row can set first", () => {
  expect(pathsOf("concurrency")[0]).toEqual(["workloads", "load", "concurrency"]);
  expect(pathsOf("model")[0]).toEqual(["sut", "model"]);
  expect(pathsOf("model")).toContainEqual(["workloads", "classes", "model"]);
  expect(pathsOf("seed")[0]).toEqual(["workloads", "sampling", "seed"]);
  expect(pathsOf("zebra")).toEqual([]);
  expect(pathsOf("toString")).toEqual([]);
});

it("says which of them are settings", () => {
  expect(settingOf(["workloads", "load", "rate"])).toBe("load.rate");
  expect(settingOf(["sut", "version"])).toBe("sut.version");
  expect(settingOf(["workloads", "warmup", "requests"])).toBeNull();
  expect(settingOf(["repeats"])).toBeNull();
});

it("writes them as a matrix has them", () => {
  expect(placeInWords(["workloads", "counts", "screen", "requests"], "100")).toEqual({
    place: "a workload",
    written: "counts: { screen: { requests: 100 } }",
  });
  expect(placeInWords(["workloads", "classes", "share"]).written).toBe("classes: [{ share: … }]");
  expect(placeInWords(["sut", "engine"])).toEqual({ place: "`sut:`", written: "sut: { engine: … }" });
  expect(placeInWords(["repeats"])).toEqual({ place: "the top of the matrix", written: "repeats: …" });
});
