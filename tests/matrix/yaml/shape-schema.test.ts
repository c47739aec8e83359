import { Ajv } from "ajv";
import { Check } from "typebox/schema";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { designKinds } from "../../../src/design/index.ts";
import { createRandom } from "../../../src/math/random.ts";
import { preciseSchema } from "../../../src/matrix/yaml/shape-schema.ts";
import { EngineFile } from "../../../src/schema/engine-file.ts";
import type { Json } from "../../../src/schema/json.ts";
import { matrixFile } from "../../../src/schema/matrix-file.ts";
import { repository } from "../../support/cli.ts";

const mutants = 200;
const odd: readonly Json[] = [null, true, 0, -1, 1.5, 1e300, "", "x", "shuffled", [], [1], {}, { kind: "x" }];

function filesIn(folder: string): Json[] {
  const names = readdirSync(join(repository, folder)).filter((name) => name.endsWith(".yaml"));
  return names.map((name) => parse(readFileSync(join(repository, folder, name), "utf8")) as Json);
}

/** Every map and list within a value. */
function containersOf(value: Json): Exclude<Json, null | boolean | number | string>[] {
  if (value === null || typeof value !== "object") return [];
  return [value, ...Object.values(value).flatMap(containersOf)];
}

// Only where TypeBox finds a fault does ajv say which: what one lets pass and the other does not would have no diagnostic.
it.each([
  ["matrices", "matrices", matrixFile(designKinds)],
  ["engine files", "sut", EngineFile],
])("TypeBox and ajv agree on which %s are right", (_, folder, schema) => {
  const precise = preciseSchema(JSON.parse(JSON.stringify(schema)) as Json) as object;
  const byAjv = new Ajv({ strict: false, validateSchema: false, discriminator: true }).compile(precise);
  const random = createRandom(7);
  const files = filesIn(folder);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random.next() * values.length)]!;
  const found = { right: 0, wrong: 0 };
  for (let count = 0; count < mutants; count += 1) {
    const file = structuredClone(pick(files));
    if (count >= files.length) {
      const container = pick(containersOf(file)) as { [key: string]: Json };
      const key = random.next() < 0.1 ? "odd" : (pick(Object.keys(container)) ?? "0");
      if (random.next() < 0.3 && !Array.isArray(container)) delete container[key];
      else container[key] = pick(odd);
    }
    const isRight = Check(precise, file);
    if (byAjv(file) !== isRight) throw new Error(`only one takes ${JSON.stringify(file)}`);
    found[isRight ? "right" : "wrong"] += 1;
  }
  expect(Math.min(found.right, found.wrong)).toBeGreaterThan(20);
});
