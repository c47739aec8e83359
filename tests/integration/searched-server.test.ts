import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { runUndisturbed } from "../support/measured.ts";
import { miniRuleset } from "../support/mini-ruleset.ts";

/** A Server whose rate is searched, with the accuracy of the same workload. */
const matrix = (study: string, { ruleset = "mini", load = "{}", requests = 16, from = 16 } = {}) => `
study: ${study}
question: How many requests a second does a Server hold, and how good are its answers then?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 16, enable_prefix_caching: false } }
design: { kind: isolation, changes: [{ id: seqs8, set: { max_num_seqs: 8 } }] }
workloads:
  - workload: w
    ruleset: ${ruleset}/tiny
    scenario: server
    dataset: { kind: jsonl, path: ../articles.jsonl }
    prompt: text
    load: ${load}
    warmup: { requests: 2 }
    counts: { smoke: { requests: ${requests}, seconds: 0 } }
accuracy: true
peak: { from: ${from}, to: ${2 * from}, tolerance: 0.9, tries: 2 }
fidelity: smoke
repeats: 1
order: declared
`;

const articles = Array.from({ length: 20 }, (_, place) =>
  JSON.stringify({ prompt: `Say the words of line ${place} again.`, reference: `the words of line ${place}` }),
);

const study = makeStudyFolder({
  "articles.jsonl": `${articles.join("\n")}\n`,
  "experiments/rulesets/mini.yaml": miniRuleset(),
  "experiments/rulesets/strict.yaml": miniRuleset({ ttftMs: 0.01 }).replace("id: mini", "id: strict"),
  "matrices/found.yaml": matrix("found"),
  "matrices/none.yaml": matrix("none", { ruleset: "strict", load: "{ workers: 2 }", requests: 480, from: 200 }),
});
afterAll(() => study.remove());

type Event = Record<string, unknown>;

async function run(name: string): Promise<{ code: number | null; events: Event[]; trials: StoredTrial["trial"][] }> {
  const args = ["run", `matrices/${name}.yaml`, "--only", "baseline", "--json"];
  const { code, stdout, stderr } = await runUndisturbed(args, study.folder, name);
  expect(code, stderr).not.toBe(2);
  const position = ({ trial }: StoredTrial): number => (trial.spec as unknown as { position: number }).position;
  const stored = storedTrials(study.folder, name).toSorted((left, right) => position(left) - position(right));
  return { code, events: eventsOf(stdout), trials: stored.map(({ trial }) => trial) };
}

const steps = (trials: StoredTrial["trial"][]) => trials.map(({ spec }) => `${spec.purpose} ${spec.experiment}`);

describe("a Server whose rate is searched", () => {
  it("has its accuracy measured at the peak that was found, in the launch that sustained it, and once", async () => {
    const planned = await runCli(["plan", "matrices/found.yaml"], study.folder);
    expect(planned.stdout).toContain("then 1 sustained and accuracy at the highest rate that held");
    expect(planned.stdout).toMatch(
      /2 searches, in the longest case 4 probes, 2 sustained trials, 2 of accuracy: \d+\.\d s/,
    );

    const { code, events, trials } = await run("found");
    expect(code).toBe(0);
    expect(steps(trials)).toEqual([
      "probe baseline·r16",
      "probe baseline·r32",
      "performance baseline·r32",
      "accuracy baseline·r32",
    ]);
    const [, , sustained, accuracy] = trials as [unknown, unknown, StoredTrial["trial"], StoredTrial["trial"]];
    expect(accuracy.verdict.status).toBe("SCREENED");
    expect(accuracy.launch_id).toBe(sustained.launch_id);
    expect(accuracy.measurements.find(({ metric }) => metric === "rouge1")?.value).toBeGreaterThanOrEqual(0);
    expect(events.at(-1)).toMatchObject({ type: "summary", trials: { screened: 2, invalid: 0, failed: 0 } });
    expect(readFileSync(join(study.folder, "reports/out/found.md"), "utf8")).not.toContain("no-schedule");

    const again = await run("found");
    expect([again.code, steps(again.trials)]).toEqual([0, steps(trials)]);
    expect(again.events.at(-1)).toMatchObject({ trials: { screened: 2 } });
  });

  it("has none where no rate held, and says so; two workers give each probe up when they have spent the ruleset's tail", async () => {
    const { events, trials } = await run("none");
    expect(steps(trials)).toEqual(["probe baseline·r200", "probe baseline·r100"]);
    for (const { verdict } of trials) {
      expect(verdict.status).toBe("INVALID");
      // 500 queries tolerate none above the 99th percentile.
      expect(verdict.reason).toMatch(
        /^tail-budget: \d+ requests? had missed a limit after .*, and at most 0 of the schedule may/,
      );
    }
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "notice",
        code: "no-peak",
        message: "baseline: accuracy is not measured, since it follows the peak rate and no rate held",
      }),
    );
  });
});
