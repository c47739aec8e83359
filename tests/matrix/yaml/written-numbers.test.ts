import { describe, expect, it } from "vitest";
import { writtenKey } from "../../../src/schema/knob.ts";
import { load, matrix } from "../study-fixture.ts";

const engine = `extends: pocket
knobs:
  ratio: { flag: --ratio, type: float }
  release: { flag: --release, type: choice, values: ["4", "5"] }
  shape: { flag: --shape, type: json }
  steps: { flag: --steps, type: list }
  batch: { flag: --batch, type: int }
`;

function writtenIn(knobs: string): { [key: string]: string } {
  const { study } = load({
    "sut/own.yaml": engine,
    "matrices/a.yaml": matrix({ sut: "{ engine: own, model: m }", baseline: `{ knobs: ${knobs} }` }),
  });
  return Object.fromEntries(study?.written ?? []);
}

describe("numbers as the matrix writes them", () => {
  it("are kept where JSON would write another text, in maps and lists too", () => {
    expect(writtenIn("{ ratio: 4.0, release: 4.0 }")).toEqual({ "ratio 4": "4.0", "release 4": "4.0" });
    expect(writtenIn("{ ratio: 0.90 }")).toEqual({ "ratio 0.9": "0.90" });
    const shape = { depth: { at: 2, by: 0.5 }, on: true };
    expect(writtenIn("{ shape: { depth: { at: 2.0, by: 0.50 }, on: true } }")).toEqual({
      [writtenKey("shape", shape)]: '{"depth":{"at":2.0,"by":0.50},"on":true}',
    });
    expect(writtenIn("{ steps: [1.0, 2] }")).toEqual({ "steps [1,2]": "[1.0,2]", "steps 1": "1.0" });
  });

  it("are JSON's in all other forms, for whole-number knobs, and where there is no difference", () => {
    expect(writtenIn("{ ratio: 0.9 }")).toEqual({});
    expect(writtenIn("{ ratio: 1e1 }")).toEqual({});
    expect(writtenIn("{ batch: 16.0 }")).toEqual({});
    expect(writtenIn('{ release: "4.0" }')).toEqual({});
    // A variable is a text as it stands.
    expect(writtenIn("{ env.TORCH_CUDA_ARCH_LIST: 9.0 }")).toEqual({});
  });
});
