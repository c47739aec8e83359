import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "too-many-gpus";

describe("too-many-gpus", () => {
  const system = "{ engine: pocket, model: m, devices: [0, 1] }";
  const four = stacked("{ id: tp, compound: x, set: { tensor_parallel_size: 2, pipeline_parallel_size: 2 } }");

  it("multiplies the knobs that take GPUs", () => {
    const [one] = found(code, { sut: system, design: four });
    expect(one).toMatchObject({ severity: "error", at: "tensor_parallel_size" });
    expect(one?.message).toBe("row `tp` needs 4 GPUs, and sut.devices has 2");
  });

  it("leaves the machine to say how many there are where no devices are named", () => {
    expect(found(code, { design: four })).toEqual([]);
    expect(found(code, { sut: system, design: stacked("{ id: tp, set: { tensor_parallel_size: 2 } }") })).toEqual([]);
  });

  it("looks at the devices that a row names, and at computed values", () => {
    const [one] = found(code, {
      sut: system,
      design: stacked("{ id: few, compound: x, set: { tensor_parallel_size: 2, sut.devices: [0] } }"),
    });
    expect(one?.message).toBe("row `few` needs 2 GPUs, and sut.devices has 1");
    const computed = found(code, {
      sut: system,
      design: stacked(
        '{ id: tp, compound: x, set: { pipeline_parallel_size: 2, tensor_parallel_size: "= 2 * pipeline_parallel_size" } }',
      ),
    });
    expect(computed.map(({ message }) => message)).toEqual(["row `tp` needs 8 GPUs, and sut.devices has 2"]);
  });

  it("tells the rows of one system from those of another", () => {
    const systems = "systems: [{ id: small }, { id: large, knobs: { tensor_parallel_size: 4 } }]\n";
    const messages = found(code, { sut: system, more: systems }).map(({ message }) => message);
    expect(messages).toEqual(["row `baseline@large` (and 1 more) needs 4 GPUs, and sut.devices has 2"]);
  });
});
