import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { drifted } from "../../../scripts/generate.ts";
import { designKinds } from "../../../src/design/index.ts";
import { jsonSchemas } from "../../../src/matrix/index.ts";

describe("the committed JSON Schemas", () => {
  it("are what the code makes: if not, run `npm run generate`", async () => {
    expect(await drifted()).toEqual([]);
  });

  it("are valid schemas of draft 2020-12 with a title and an address", () => {
    const schemas = jsonSchemas(designKinds);
    expect(Object.keys(schemas)).toEqual([
      "schemas/matrix.schema.json",
      "schemas/engine.schema.json",
      "schemas/workload.schema.json",
      "schemas/baseline.schema.json",
      "schemas/ruleset.schema.json",
      "schemas/slo-templates.schema.json",
      "schemas/prices.schema.json",
      "schemas/recovery.schema.json",
      "schemas/executor.schema.json",
      "schemas/mlperf-facts.schema.json",
    ]);
    for (const schema of Object.values(schemas)) {
      const ajv = new Ajv2020({ strict: false });
      expect(ajv.validateSchema(schema as object)).toBe(true);
      expect(schema).toMatchObject({ $id: expect.stringMatching(/\.schema\.json$/), title: expect.any(String) });
    }
  });

  it("take a matrix and refuse a misspelled key", () => {
    const validate = new Ajv2020({ strict: false }).compile(
      jsonSchemas(designKinds)["schemas/matrix.schema.json"] as object,
    );
    const matrix = {
      study: "a",
      question: "Why?",
      sut: { engine: "vllm", model: "m" },
      baseline: { use: "b.yaml" },
      design: { kind: "stacked", steps: [{ id: "a", set: { dtype: "auto" } }] },
      workloads: [{ use: "w.yaml" }],
    };
    expect(validate(matrix)).toBe(true);
    expect(validate({ ...matrix, repeat: 3 })).toBe(false);
  });
});
