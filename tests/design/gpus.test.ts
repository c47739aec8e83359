import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/expand.ts";
import { gpusOf } from "../../src/design/gpus.ts";
import type { Engine } from "../../src/schema/engine.ts";
import { loadParts } from "../matrix/study-fixture.ts";

const knobs: Engine["knobs"] = {
  tp: { type: "int", default: 1 },
  pp: { type: "int" },
  prefill_tp: { type: "int" },
  prefill_replicas: { type: "int", default: 2 },
};

describe("the number of GPUs", () => {
  it("is a product of knobs, where one that is not set counts as its default, else as 1", () => {
    expect(gpusOf({ gpus: ["tp", "pp"], knobs }, {})).toBe(1);
    expect(gpusOf({ gpus: ["tp", "pp"], knobs }, { tp: 4, pp: 2 })).toBe(8);
  });

  it("is an expression over knobs, not known where one has no value", () => {
    const gpus = "prefill_tp * prefill_replicas + tp";
    expect(gpusOf({ gpus, knobs }, { prefill_tp: 4 })).toBe(9);
    expect(gpusOf({ gpus, knobs }, {})).toBeNull();
    expect(gpusOf({ gpus: "prefill_tp / 3", knobs }, { prefill_tp: 4 })).toBeNull();
    expect(gpusOf({ gpus: "0", knobs }, {})).toBe(0);
  });

  it("is not known where the engine file does not say", () => {
    expect(gpusOf({ gpus: null, knobs }, { tp: 4 })).toBeNull();
    expect(gpusOf({ gpus: [], knobs }, { tp: 4 })).toBeNull();
  });

  it("is known of every experiment, and is in no id", () => {
    const design = "{ kind: isolation, changes: [{ id: tp4, set: { tensor_parallel_size: 4 } }] }";
    const { study } = loadParts({ design });
    const found = expandStudy(study!).experiments;
    expect(found.map(({ gpus }) => gpus)).toEqual([1, 4]);
    const silent = expandStudy({ ...study!, engine: { ...study!.engine, gpus: null } }).experiments;
    expect(silent.map(({ gpus }) => gpus)).toEqual([null, null]);
    expect(silent.map(({ id, configurationId }) => [id, configurationId])).toEqual(
      found.map(({ id, configurationId }) => [id, configurationId]),
    );
  });
});
