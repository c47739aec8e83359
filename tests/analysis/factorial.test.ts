import { describe, expect, it } from "vitest";
import { factorial } from "../../src/analysis/factorial.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/order.ts";
import { createVirtualLaboratory, type PlantedEffect } from "../laboratory/virtual-laboratory.ts";
import type { FactorialTerm } from "../../src/schema/effect.ts";
import { axesOf } from "../../src/schema/axis.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Design } from "../../src/schema/design.ts";
import { makeStudy } from "../support/make-study.ts";

const factors = (values: Record<string, Json[]>): Design => ({
  kind: "combination",
  factors: axesOf(values, "", () => null),
  changes: [],
});

function terms(design: Design, effects: PlantedEffect[], sd = 0.003, lost: string[] = []): FactorialTerm[] {
  const study = makeStudy(design, { repeats: 3 });
  const expansion = expandStudy(study);
  const execute = createVirtualLaboratory(
    { throughput: 1000, effects, noise: { kind: "gaussian", sd }, driftPerTrial: 0, launchSd: 0, invalidShare: 0 },
    expansion.experiments,
    "factorial",
  );
  const trials = orderTrials(study, expansion)
    .filter(({ experiment }) => !lost.includes(experiment))
    .map(execute);
  return factorial({ ...expansion, fidelity: "screen" }, trials);
}

const nameOf = ({ levels }: FactorialTerm): string =>
  levels.map(({ knob, value }) => `${knob}=${typeof value === "string" ? value : JSON.stringify(value)}`).join("×");
const three = factors({ quantization: [null, "fp8"], enforce_eager: [null, true], max_num_seqs: [16, 32] });

describe("factorial", () => {
  const found = terms(three, [
    { knobs: { quantization: "fp8" }, throughput: 1.2 },
    { knobs: { enforce_eager: true }, throughput: 0.9 },
    { knobs: { quantization: "fp8", max_num_seqs: 32 }, throughput: 0.95 },
  ]);

  it("has every main effect and pair, averaged over the settings of the others", () => {
    expect(found.map(nameOf)).toEqual([
      "quantization=fp8",
      "enforce_eager=true",
      "max_num_seqs=32",
      "quantization=fp8×enforce_eager=true",
      "quantization=fp8×max_num_seqs=32",
      "enforce_eager=true×max_num_seqs=32",
    ]);
    expect(found.map(({ contexts }) => contexts.length)).toEqual([4, 4, 4, 2, 2, 2]);
    // The interaction is in half of the settings over which its knobs' own effects are averaged.
    const truths = [1.2 * Math.sqrt(0.95), 0.9, Math.sqrt(0.95), 1, 0.95, 1];
    for (const [index, truth] of truths.entries()) {
      expect(found[index]!.interval!.lower).toBeLessThan(truth * 1.003);
      expect(found[index]!.interval!.upper).toBeGreaterThan(truth * 0.997);
      expect(Math.abs(found[index]!.ratio! / truth - 1)).toBeLessThan(0.008);
    }
  });

  it("says which knobs add up and which do not", () => {
    expect(found.slice(3).map(({ addsUp }) => addsUp)).toEqual(["yes", "no", "yes"]);
    expect(found.slice(0, 3).map(({ addsUp }) => addsUp)).toEqual([null, null, null]);
    expect(terms(three, [], 0.05).at(-1)!.addsUp).toBe("not known");
  });

  it("loses contexts and not truth where a cell is missing", () => {
    const lost = terms(three, [{ knobs: { quantization: "fp8" }, throughput: 1.2 }], 0.003, [
      "quantization=fp8·enforce_eager=true·max_num_seqs=32",
    ]);
    expect(lost.map(({ contexts }) => contexts.length)).toEqual([3, 3, 3, 1, 1, 1]);
    expect(Math.abs(lost[0]!.ratio! - 1.2)).toBeLessThan(0.01);
  });

  it("measures against the first value where the baseline's own is in no other cell", () => {
    const apart = terms(factors({ max_num_seqs: [32, 64], enforce_eager: [null, true] }), []);
    expect(apart.map((term) => [nameOf(term), term.levels[0]!.base])).toEqual([
      ["max_num_seqs=64", 32],
      ["enforce_eager=true", null],
      ["max_num_seqs=64×enforce_eager=true", 32],
    ]);
    expect(apart[2]!.interval).not.toBeNull();
  });

  it("says why a term is not known, and is empty for other designs", () => {
    const none = terms(three, [], 0.003, [
      "quantization=fp8·enforce_eager=true·max_num_seqs=32",
      "quantization=fp8·enforce_eager=true·max_num_seqs=16",
    ]);
    const pair = none.find((term) => nameOf(term) === "quantization=fp8×enforce_eager=true");
    expect(pair).toMatchObject({ ratio: null, why: "not every combination that it needs was measured" });
    const change = { id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" };
    expect(terms({ kind: "isolation", changes: [change] }, [])).toEqual([]);
  });
});
