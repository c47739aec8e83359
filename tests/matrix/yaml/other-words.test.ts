import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { scopeOf } from "../../../src/schema/knob.ts";
import { otherKey, otherValue, otherWord, otherWords } from "../../../src/matrix/yaml/other-words.ts";
import { pathsOf } from "../../../src/matrix/yaml/sections.ts";

const knobsIn = (file: string) =>
  parse(readFileSync(new URL(`../../../sut/${file}.yaml`, import.meta.url), "utf8")) as {
    knobs: Record<string, { members?: object }>;
  };

it("each word stands in one row", () => {
  const words = otherWords.flatMap((row) => row.words.split(" "));
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
});

it("each row means something that a matrix or an engine of ours has", () => {
  const { knobs } = knobsIn("vllm-0.32.0-knobs");
  const known = { ...knobs, ...knobsIn("llama-cpp").knobs };
  const isThere = (mean: string): boolean => {
    const [first = "", ...rest] = mean.split(".");
    // Members that have names of their own: `env.NAME`, `extra_body.NAME`.
    if (rest[0] === "NAME") return scopeOf(mean) !== null;
    if (first in known) return rest.length === 0 || rest.join(".") in (known[first]?.members ?? {});
    const path = pathsOf(mean.split(".").at(-1) ?? "").map((one) => one.join("."));
    return path.includes(mean) || path.includes(`workloads.${mean}`);
  };
  const unknown = otherWords.filter(({ means }) => !means.some(isThere)).map(({ means }) => means);
  expect(unknown).toEqual([]);
});

it("no word of others is a knob of ours", () => {
  const knobs = new Set([
    ...Object.keys(knobsIn("vllm-0.32.0-knobs").knobs),
    ...Object.keys(knobsIn("llama-cpp").knobs),
  ]);
  const words = otherWords.flatMap((row) => row.words.split(" "));
  // llama.cpp's own names of its batches in tokens, of which vLLM has the second for another thing.
  expect(words.filter((word) => knobs.has(word))).toEqual(["n_batch", "ubatch_size"]);
});

it("finds words however they are spelled, and values by their member", () => {
  expect(otherWord("--Num-Users")?.means).toEqual(["load.concurrency"]);
  expect(otherWord("zebra")).toBeNull();
  expect(otherValue("/design/kind", "A/B")).toBe("duel");
  expect(otherValue("/workloads/0/scenario", "online")).toBe("open");
  expect(otherValue("/order", "random")).toBeNull();
  expect(otherKey("/workloads/0/arrivals", "rate", ["kind", "path", "speed"])).toBe("speed");
  expect(otherKey("/workloads/0/arrivals", "rate", ["kind"])).toBeNull();
});
