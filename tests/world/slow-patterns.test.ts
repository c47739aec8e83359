import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { slowPatterns } from "../../src/world/slow-patterns.ts";
import { withinTime } from "../../src/world/within-time.ts";
import { repository } from "../support/cli.ts";

describe("a pattern", () => {
  it("that backtracks without end is slow", () => {
    const slow = ["(a+)+$", "(?:\\s*out of memory\\s*)*!", "(.*)*x", "^(\\w+\\s?)*$", "x.*a.*a.*a.*a.*b", "(a|a)*b"];
    expect([...slowPatterns(["plain words", ...slow, "No available memory"], 100)]).toEqual(slow);
  });

  it("that is usual is not, nor one that is none", () => {
    expect([
      ...slowPatterns(["CUDA out of memory", "No space left.*device", "^\\w+Error: ", "(", "\\bkill(?:ed)?\\b"]),
    ]).toEqual([]);
  });

  it("of an engine file that comes with the program is not slow", () => {
    const folder = join(repository, "sut");
    const patterns = readdirSync(folder)
      .filter((file) => file.endsWith(".yaml"))
      .flatMap((file) => {
        const { failures = [], phases = [] } = parse(readFileSync(join(folder, file), "utf8")) as {
          failures?: { pattern: string; within?: string }[];
          phases?: { pattern: string }[];
        };
        return [
          ...failures.flatMap(({ pattern, within = "" }) => [pattern, within]),
          ...phases.map(({ pattern }) => pattern),
        ];
      });
    expect(patterns.length).toBeGreaterThan(50);
    expect([...slowPatterns(patterns)]).toEqual([]);
  });
});

describe("a limit of time", () => {
  it("gives the answer, passes on what is thrown, and ends what never would", () => {
    expect(withinTime(1000, () => 42)).toBe(42);
    expect(() =>
      withinTime(1000, () => {
        throw new TypeError("own");
      }),
    ).toThrow(TypeError);
    expect(withinTime(50, () => /(a+)+$/.test(`${"a".repeat(60)}!`))).toBeNull();
    expect(
      withinTime(50, () => {
        for (;;);
      }),
    ).toBeNull();
  });
});
