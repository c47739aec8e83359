import { describe, expect, it } from "vitest";
import { brief, diagnose, isolation, matrix } from "./study-fixture.ts";

/** Another engine: one knob that pocket has too, with other limits and another default, and one of its own. */
const other = `format: ceteris.engine/1
title: Other engine
version: 2.0.0
environment: { kind: path, executable: other }
command: ["{executable}", "{model}"]
inert: [{ knob: lanes, beside: [{ knob: dtype, is: float16 }], because: halves have no lanes }]
cannot_run:
  - { id: lanes, when: [{ knob: lanes, above: 64 }], because: it has 64 lanes, instead: take fewer }
knobs:
  dtype: { flag: --dtype, type: choice, values: [float16, float8], default: float16 }
  lanes: { flag: --lanes, type: int, min: 1, default: 8 }
`;

const of = (parts: Parameters<typeof matrix>[0], overrides: { sut?: string } = {}) =>
  diagnose({ "matrices/a.yaml": matrix(parts), "sut/other.yaml": other }, { overrides }).filter(
    ({ code, severity }) => severity !== "info" && code !== "one-program",
  );
const said = (...list: Parameters<typeof of>) => of(...list).map(({ code, message }) => `${code}: ${message}`);
const duel = (b: string, a = "") => `{ kind: duel, ${a}b: { id: b, ${b} } }`;

describe("rules that ask the engine", () => {
  it("ask the row's own: each side of a duel with its own knobs has nothing wrong", () => {
    expect(said({ design: duel("set: { sut.engine: other }, knobs: { lanes: 4, dtype: float8 }") })).toEqual([]);
  });

  it("ask each side of a duel by its own engine, whichever of them has the matrix's", () => {
    const a = "a: { id: a, set: { sut.engine: other, max_num_seqs: null, lanes: 4, dtype: float8 } }, ";
    expect(said({ design: duel("set: {}", a) })).toEqual([]);
  });

  it("name the engine and the row that lack a knob which reaches them, once", () => {
    const [lacks, ...more] = of({ design: duel("set: { sut.engine: other }") });
    expect(more).toEqual([]);
    expect(lacks).toMatchObject({
      code: "unknown-knob",
      severity: "error",
      message: "other 2.0.0 has no knob `max_num_seqs`, and row `b` runs on it",
      hint: "take it back there with `max_num_seqs: null`, or, in a duel, give that side `knobs:` of its own in the place of the baseline's",
    });
    expect(said({ design: duel("set: { sut.engine: other, max_num_seqs: null }") })).toEqual([]);
    const system = "systems: [{ id: one }, { id: two, engine: other }]\n";
    expect(said({ more: system, baseline: "{ knobs: { max_num_seqs: 4 } }" })).toContain(
      "unknown-knob: other 2.0.0 has no knob `max_num_seqs`, and row `baseline@two` and 1 more run on it",
    );
  });

  it("judge values, what is inert and what cannot run by the engine of the row", () => {
    const found = said({
      baseline: "{ knobs: {} }",
      design: isolation(
        "{ id: f8, set: { sut.engine: other, dtype: float8, lanes: 100 }, compound: two }",
        "{ id: b16, set: { sut.engine: other, dtype: bfloat16 }, compound: two }",
        "{ id: own, set: { dtype: bfloat16 } }",
        "{ id: lanes, set: { sut.engine: other, lanes: 4 }, compound: two }",
      ),
    });
    expect(found).toEqual([
      "cannot-run: row `f8` cannot run: it has 64 lanes",
      'not-a-choice: `dtype` cannot be "bfloat16"',
      "inert-knob: `lanes` does nothing in row `lanes` beside `dtype`: halves have no lanes",
    ]);
  });

  it("go by the version of the row", () => {
    const removed = (version: string) =>
      of({
        design: isolation(`{ id: old, set: { sut.version: ${version}, swap_space: 4 }, compound: two }`),
      }).map(({ code, message }) => `${code}: ${message}`);
    expect(removed("0.19.0")).toEqual([]);
    expect(removed("0.21.0")).toEqual(["knob-removed: pocket 0.21.0 no longer has `swap_space`: removed in 0.20.0"]);
    const inherited = {
      baseline: "{ knobs: { kv_offloading_size: 4 } }",
      sut: "{ engine: pocket, model: m, version: 0.41.0 }",
    };
    expect(said({ ...inherited, design: isolation("{ id: old, set: { sut.version: 0.32.0 } }") })).toEqual([
      "knob-not-yet: pocket 0.32.0 does not have `kv_offloading_size` yet: it came in 0.40.0",
    ]);
  });

  it("say one mistake once, however many systems it reaches", () => {
    const systems = "systems: [{ id: a, model: one }, { id: b, model: two }, { id: c, version: 0.33.0 }]\n";
    const found = of({ baseline: "{ knobs: { max_nm_seqs: 4 } }", more: systems });
    expect(brief(found)).toEqual(["unknown-knob@matrices/a.yaml:4:22"]);
  });

  it("say what `sut` has already", () => {
    expect(said({ design: isolation("{ id: same, set: { sut.version: 0.32.0 } }") })).toEqual([
      expect.stringMatching(/^changes-nothing: /),
    ]);
    expect(said({ design: isolation("{ id: newer, set: { sut.version: 0.33.0 } }") })).toEqual([]);
  });

  it("warn of what the engine lacks that --sut put in the place of all", () => {
    const found = of({ design: duel("set: { sut.engine: other }, knobs: { lanes: 4 }") }, { sut: "pocket-cpu" });
    expect(found.map(({ code, severity }) => `${severity} ${code}`)).toEqual(["warning unknown-knob"]);
  });
});
