import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { phaseClock } from "../../src/engine/start-phases.ts";

const declared = [
  { id: "configuration", pattern: "Initializing a V1 LLM engine" },
  { id: "graphs", pattern: "Graph capturing finished" },
  { id: "weights", pattern: "Starting to load model" },
  { id: "server", pattern: "Application startup complete" },
];

describe("the phases of a start", () => {
  it("end at the lines of a real log, and one whose line does not come is not there", () => {
    const log = readFileSync(join(import.meta.dirname, "../fixtures/vllm/healthy/eager.txt"), "utf8");
    const clock = phaseClock(declared);
    for (const [index, line] of log.split("\n").entries()) clock.line(line, index);
    clock.end("ready", 500);
    expect(clock.phases().map(({ id }) => id)).toEqual(["configuration", "weights", "server", "ready"]);
    expect(clock.phases().reduce((sum, { tookS }) => sum + tookS, 0)).toBe(500);
  });

  it("end once, at the first line that matches, and never before the one before", () => {
    const clock = phaseClock(declared);
    expect(clock.line("Graph capturing finished", 2)).toEqual([{ id: "graphs", atS: 2, tookS: 2 }]);
    expect(clock.line("Graph capturing finished again", 3)).toEqual([]);
    expect(clock.end("ready", 1.9)).toEqual({ id: "ready", atS: 1.9, tookS: 0 });
  });
});
