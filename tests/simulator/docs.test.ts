import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantedFailures } from "../../src/simulator/failures.ts";
import { parseFaults } from "../../src/simulator/faults.ts";
import { gpuIds } from "../../src/simulator/roofline.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/simulated-engine.md"), "utf8");

/** Variables of the simulated engine that the code reads. */
function variablesRead(): string[] {
  const files = ["src/simulator", "src/commands"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(root, folder, name)),
  );
  const texts = files.map((file) => readFileSync(file, "utf8")).join("\n");
  return [...new Set([...texts.matchAll(/\["(CETERIS_SIMULATED_[A-Z_]+)"\]/g)].map(([, name = ""]) => name))];
}

describe("docs/simulated-engine.md", () => {
  it("has every variable that the code reads", () => {
    const variables = variablesRead();
    expect(variables).toContain("CETERIS_SIMULATED_TRUTH");
    expect(variables.length).toBeGreaterThan(3);
    for (const variable of variables) expect(page).toContain(`| \`${variable}\` |`);
    for (const gpu of gpuIds) expect(page).toContain(`\`${gpu}\``);
  });

  it("has every fault and every class of a failed start", () => {
    const answer = parseFaults("nothing-like-this");
    if (answer.ok) throw new Error("a fault of no name was taken");
    const names = [...answer.message.matchAll(/[:;] ([a-z][a-z-]+)/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) expect(page).toMatch(new RegExp(`\\| .*\`${name}[\`:]`));
    for (const name of Object.keys(plantedFailures)) expect(page).toContain(`\`${name}\``);
  });
});
