import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";

const patterns = [
  { class: "no-room", pattern: "No available memory for the cache blocks", hint: "more" },
  { class: "bad-flag", pattern: "unrecognized arguments", hint: "less" },
  { class: "generic", pattern: "Engine core initialization failed", hint: "see above" },
  { class: "died", pattern: "engine core exited unexpectedly", hint: "again" },
];
const fallback = { class: "engine-exited", hint: "read the log" };

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, "../fixtures/vllm", name), "utf8");
}

describe("the class of a failure", () => {
  it("is that of the earliest line that matches, not of the generic last one", () => {
    const log = recorded("failures/kv_blocks_1.txt");
    const failure = classify(patterns, log, fallback);
    expect(failure.class).toBe("no-room");
    expect(failure.hint).toBe("more");
    expect(failure.file).toBe("server.log");
    expect(log.split("\n")[(failure.line ?? 0) - 1]).toContain(failure.message);
    expect(log.indexOf("No available memory")).toBeLessThan(log.indexOf("Engine core initialization failed"));
  });

  it("is that of the first pattern where two match one line", () => {
    const twice = [{ class: "first", pattern: "memory", hint: "" }, ...patterns];
    expect(classify(twice, "x\nNo available memory for the cache blocks\n", fallback)).toMatchObject({
      class: "first",
      line: 2,
    });
  });

  it("passes over the lines of a start that went well", () => {
    const log = recorded("failures/engine_killed.txt");
    const cause = log.split("\n").findIndex((line) => line.includes("engine core exited unexpectedly"));
    const early = `unrecognized arguments are ignored\n${log}`;
    expect(classify(patterns, early, fallback).class).toBe("bad-flag");
    expect(classify(patterns, early, fallback, { afterLine: 1 })).toMatchObject({ class: "died", line: cause + 2 });
  });

  it("falls back to the last line, or to our own words, where nothing matches", () => {
    expect(classify(patterns, "one\ntwo\n\n", fallback)).toEqual({
      class: "engine-exited",
      message: "two",
      file: "server.log",
      line: 2,
      hint: "read the log",
    });
    expect(classify(patterns, "", { ...fallback, message: "killed" })).toMatchObject({ message: "killed", line: null });
  });

  it("reads lines with terminal colours and cuts long ones", () => {
    const failure = classify(patterns, `\u001B[31munrecognized\u001B[0m arguments: ${"x".repeat(2000)}`, fallback);
    expect(failure.class).toBe("bad-flag");
    expect(failure.message.length).toBeLessThan(600);
  });
});
