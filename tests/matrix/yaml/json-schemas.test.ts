import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { designKinds } from "../../../src/design/index.ts";
import { jsonSchemas } from "../../../src/matrix/yaml/json-schemas.ts";

describe("the committed JSON Schemas", () => {
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
});
