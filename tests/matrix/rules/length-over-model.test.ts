import { describe, expect, it } from "vitest";
import { diagnose, isolation, matrix } from "../study-fixture.ts";

const of = (parts: Parameters<typeof matrix>[0], modelLength?: number) =>
  diagnose({ "matrices/a.yaml": matrix(parts) }, modelLength === undefined ? {} : { modelLength }).filter(
    ({ severity }) => severity === "error",
  );

describe("length-over-model", () => {
  const long = { design: isolation("{ id: long, set: { max_model_len: 8192 } }") };

  it("says of a row that it asks for more tokens than the model was made for", () => {
    const [one, ...more] = of(long, 4096);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ code: "length-over-model", severity: "error" });
    expect(one?.message).toBe(
      "row `long` asks for max_model_len 8192, and the model was made for 4096 (its config.json)",
    );
  });

  it("says nothing where it fits, where the length is unknown, and where the bound is lifted", () => {
    expect(of(long, 16384)).toEqual([]);
    expect(of(long, 8192).map(({ code }) => code)).toEqual(["changes-nothing"]);
    expect(of(long)).toEqual([]);
    expect(of({ baseline: "{ knobs: { env.POCKET_ANY_LENGTH: '1' } }", ...long }, 4096)).toEqual([]);
  });

  it("the model's own length is what a row has that sets none", () => {
    const batch = {
      design: isolation("{ id: b, compound: x, set: { enable_chunked_prefill: false, max_num_batched_tokens: 2048 } }"),
    };
    expect(of(batch).map(({ code }) => code)).toEqual([]);
    expect(of(batch, 4096).map(({ code }) => code)).toEqual(["cannot-run"]);
  });
});
