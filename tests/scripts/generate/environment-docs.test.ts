import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { environmentVariables } from "../../../scripts/generate/environment-docs.ts";

const root = join(import.meta.dirname, "../../..");

/** Read by the simulated engine alone (docs/simulated-engine.md), or set by us for the processes that we start. */
const others = /^(PATH|CETERIS_SIMULATED_\w+|CETERIS_LAUNCH|VLLM_\w+|CUDA_VISIBLE_DEVICES)$/;

/** Variables that the program reads from its environment: `variables["NAME"]`, `env["NAME"]`, `{ NAME: own } = world.variables`. */
function variablesRead(): string[] {
  const texts = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, "src", name), "utf8"));
  const named = texts.flatMap((text) => [
    ...text.matchAll(/(?:variables|env)(?:\["|, ")([A-Z][A-Z_]+)"/g),
    ...[...text.matchAll(/\{([^{}]*)\} = \w*\.?variables;/g)].flatMap(([, names = ""]) => [
      ...names.matchAll(/\b([A-Z][A-Z_]+)\b/g),
    ]),
  ]);
  return [...new Set(named.map(([, name = ""]) => name))].filter((name) => !others.test(name));
}

it("the page has every variable that the code reads", () => {
  const listed = Object.values(environmentVariables).flatMap((group) => group.map(({ name }) => name));
  const read = variablesRead();
  expect(read).toContain("CETERIS_CACHE");
  expect(read).toContain("MLFLOW_HTTP_REQUEST_TIMEOUT");
  expect(listed).toEqual(expect.arrayContaining(read));
  expect(new Set(listed).size).toBe(listed.length);
});
