import { describe, expect, it } from "vitest";
import { factorial } from "../../src/analysis/factorial.ts";
import { conditions, designs, virtualStudies } from "../../bench/virtual-studies.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/remaining.ts";
import { createVirtualLaboratory, type PlantedEffect } from "../laboratory/virtual-laboratory.ts";
import type { FactorialTerm } from "../../src/schema/effect.ts";
import { axesOf } from "../../src/schema/axis.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Design } from "../../src/schema/design.ts";
import { makeEngine, makeStudy } from "../support/make-study.ts";

const factors = (values: Record<string, Json[]>): Design => ({
  kind: "combination",
  factors: axesOf(values, "", () => null),
  changes: [],
});

function terms(design: Design, effects: PlantedEffect[], sd = 0.003, lost: string[] = []): FactorialTerm[] {
  const { knobs } = makeEngine();
  const engine = makeEngine({ knobs: { ...knobs, speculative_config: { type: "json" } } });
  const study = makeStudy(design, { repeats: 3, engine });
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

  it("corrects over the pairs that a pair adds up, as it corrects that it does not", () => {
    const effects = [
      { knobs: { quantization: "fp8", max_num_seqs: 32 }, throughput: 0.8 },
      { knobs: { quantization: "fp8", enforce_eager: true }, throughput: 0.8 },
    ];
    // Alone its interval would tell; it is the best of three.
    const [, , pair] = terms(three, effects, 0.0078).slice(3);
    expect(pair!.interval!.lower).toBeGreaterThan(1 / 1.02);
    expect(pair!.interval!.upper).toBeLessThan(1.02);
    expect(pair!.addsUp).toBe("not known");
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

  it("takes an axis of named points as one factor, whatever its points set", () => {
    const layouts = [
      { id: "plain", enforce_eager: null, quantization: null },
      { id: "eager", enforce_eager: true, max_model_len: 1024 },
      { id: "small", quantization: "fp8", max_model_len: 2048 },
    ];
    const ofAxes = terms(factors({ layout: layouts, max_num_seqs: [16, 32] }), [
      { knobs: { enforce_eager: true }, throughput: 0.9 },
      { knobs: { quantization: "fp8" }, throughput: 1.2 },
      { knobs: { quantization: "fp8", max_num_seqs: 32 }, throughput: 1.1 },
    ]);
    expect(ofAxes.map(nameOf)).toEqual([
      "layout=eager",
      "layout=small",
      "max_num_seqs=32",
      "layout=eager×max_num_seqs=32",
      "layout=small×max_num_seqs=32",
    ]);
    expect(ofAxes.map(({ levels }) => levels[0]!.base)).toEqual(["plain", "plain", "16", "plain", "plain"]);
    expect(ofAxes.map(({ contexts }) => contexts.length)).toEqual([2, 2, 3, 1, 1]);
    const truths = [0.9, 1.2 * Math.sqrt(1.1), 1.1 ** (1 / 3), 1, 1.1];
    for (const [index, truth] of truths.entries())
      expect(Math.abs(ofAxes[index]!.ratio! / truth - 1)).toBeLessThan(0.01);
    expect(ofAxes.slice(3).map(({ addsUp }) => addsUp)).toEqual(["yes", "no"]);
  });

  it("tells two members of one knob apart", () => {
    const members = {
      "speculative_config.method": ["ngram", "eagle"],
      "speculative_config.num_speculative_tokens": [2, 5],
    };
    const eagle = (tokens: number) => ({ speculative_config: { method: "eagle", num_speculative_tokens: tokens } });
    const ofAxes = terms(
      factors(members),
      [2, 5].map((tokens) => ({ knobs: eagle(tokens), throughput: 1.3 })),
    );
    expect(ofAxes.map(nameOf)).toEqual([
      "speculative_config.method=eagle",
      "speculative_config.num_speculative_tokens=5",
      "speculative_config.method=eagle×speculative_config.num_speculative_tokens=5",
    ]);
    expect(Math.abs(ofAxes[0]!.ratio! / 1.3 - 1)).toBeLessThan(0.01);
    expect(Math.abs(ofAxes[1]!.ratio! - 1)).toBeLessThan(0.01);
  });

  it("leaves out rows that are included beside the cells of an axis", () => {
    const layouts = [
      { id: "eager", enforce_eager: true, max_model_len: 1024 },
      { id: "small", quantization: "fp8" },
    ];
    const design = factors({ layout: layouts });
    const extra = { id: "extra", label: "extra", set: { max_num_seqs: 64 }, pointer: "" };
    expect(terms({ ...design, changes: [extra] }, []).map(nameOf)).toEqual(["layout=eager", "layout=small"]);
  });
});

describe("a term of which trials are missing", () => {
  it("has no interval where less than one degree of freedom is left, which would reach from nothing to beyond all numbers", () => {
    const condition = { ...conditions.Gaussian, invalidShare: 0.4 };
    const asked = { design: designs.combination, blocks: 3, condition, planted: [], studies: 25, seed: "x" };
    const found = [...virtualStudies(asked)].flatMap(({ compared, trials }) => factorial(compared, trials));
    expect(found.some(({ why }) => why?.startsWith("too little is left to estimate the noise from"))).toBe(true);
    for (const { interval } of found) if (interval !== null) expect(interval.upper / interval.lower).toBeLessThan(100);
  });
});
