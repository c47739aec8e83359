import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, runCli, storedTrials } from "../support/cli.ts";
import { shortOffline, simulatedMatrix } from "../support/simulated-matrix.ts";

const matrix = (changes: string) =>
  simulatedMatrix({
    study: "continued",
    knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
    changes,
    workload: shortOffline,
  });
const seqs8 = "{ id: seqs8, set: { max_num_seqs: 8 } }";
const seqs16 = "{ id: seqs16, set: { max_num_seqs: 16 } }";
const study = makeStudyFolder({ "matrices/continued.yaml": matrix(seqs8) });
afterAll(() => study.remove());

const run = async (...flags: string[]) => runCli(["run", "matrices/continued.yaml", "--json", ...flags], study.folder);
/** Rows of each block in the order in which they ran. */
function blocks(): string[] {
  const trials = storedTrials(study.folder, "continued").map(({ trial }) => trial.spec);
  const byBlock = Map.groupBy(trials, ({ block }) => block);
  return [...byBlock]
    .toSorted(([left], [right]) => left - right)
    .map(
      ([block, specs]) =>
        `${block}: ${specs
          .map(({ experiment }) => experiment)
          .toSorted()
          .join(" ")}`,
    );
}

describe("a study that goes on", () => {
  it("runs a row that was added in a block of its own, and more blocks where they are asked for", async () => {
    await run();
    expect(blocks()).toEqual(["1: baseline seqs8"]);
    writeFileSync(join(study.folder, "matrices/continued.yaml"), matrix(`${seqs8}, ${seqs16}`));
    const plan = await runCli(["plan", "matrices/continued.yaml"], study.folder);
    expect(plan.stdout).toMatch(/^So far: 2 trials done, 2 to do in block 2, about /m);
    const added = eventsOf((await run()).stdout);
    expect(added.find(({ code }) => code === "new-blocks")).toMatchObject({
      message: "block 2 is new: what is missing runs there, and the baseline again beside it",
    });
    expect(blocks()).toEqual(["1: baseline seqs8", "2: baseline seqs16"]);
    const dry = await runCli(["run", "matrices/continued.yaml", "--repeats", "2", "--dry-run"], study.folder);
    expect(dry.stdout.trim().split("\n")).toHaveLength(3);
    await run("--repeats", "2");
    expect(blocks().slice(2)).toEqual(["3: baseline seqs16 seqs8"]);
  });

  it("adds a block by another seed, on the same data, and says by which seeds it was run", async () => {
    const answer = await run("--seed", "5");
    expect(eventsOf(answer.stdout).filter(({ type }) => type === "trial-end")).toHaveLength(3);
    expect(blocks().slice(3)).toEqual(["4: baseline seqs16 seqs8"]);
    const digests = storedTrials(study.folder, "continued").map(({ folder }) => {
      const text = readFileSync(join(folder, "trial.json"), "utf8");
      const { provenance, session } = JSON.parse(text) as {
        provenance: { dataset: { sha256: string } };
        session: string;
      };
      return { sha256: provenance.dataset.sha256, session };
    });
    expect(new Set(digests.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(new Set(digests.map(({ session }) => session)).size).toBe(4);
    const report = readFileSync(join(study.folder, "reports/out/continued.md"), "utf8");
    expect(report).toMatch(/- order declared, seeds 20260101, 5, /);
    expect(report).toContain("--fidelity smoke --seed 20260101 --repeats 2");
    expect(report).toContain("--fidelity smoke --seed 5 --repeats 3");
    expect(eventsOf((await run("--seed", "5")).stdout).filter(({ type }) => type === "trial-end")).toEqual([]);
  });
});
