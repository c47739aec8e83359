import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPlan } from "../../src/plan/load-plan.ts";
import { requestsOf, workloadOf } from "../../src/plan/trial-workload.ts";
import { datasetOf, openSession, systemOf } from "../../src/run/session.ts";
import type { World } from "../../src/world/world.ts";
import { smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

const jsonl = (requests: number, more = "") =>
  smallMatrix()
    .replace(/dataset: .*/, "dataset: { kind: jsonl, path: prompts.jsonl }\n    sampling: { max_tokens: 8 }")
    .replace("prompt: tokens", "prompt: text")
    .replace("requests: 8,", `requests: ${requests},`) + more;

async function opened(
  text: string,
  { more, files = {} }: { more?: (usual: World) => Partial<World>; files?: Record<string, string> } = {},
) {
  const folder = temporaryFolder();
  for (const below of ["experiments", "sut"]) mkdirSync(join(folder, below));
  for (const [name, content] of Object.entries({ "small.yaml": text, ...files }))
    writeFileSync(join(folder, name), content);
  const world = studyWorld(folder, more);
  const { plan, diagnostics, root } = await loadPlan(world, { matrix: "small.yaml" });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  const session = await openSession({
    world,
    plan,
    root,
    resultsFolder: join(folder, "results"),
    experiments: new Map(plan.experiments.map((experiment) => [experiment.labels.name, experiment])),
    trials: plan.trials,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  return { session, plan, world };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, place) => JSON.stringify({ prompt: `tell me ${place}`, reference: "told" })).join(
    "\n",
  );

describe("what the trials of a run share", () => {
  it("is looked at before the first launch: one dataset for all rows, the model, the place in the order", async () => {
    const { session, plan, world } = await opened(smallMatrix({ repeats: 3 }));
    if (!session.ok) throw new Error(session.problem.message);
    const [first, second] = plan.experiments;
    const [dataset, same] = [first, second].map((experiment) => datasetOf(session.value, experiment!.workload));
    expect(dataset).toBe(same);
    expect(dataset!.samples.length).toBeGreaterThanOrEqual(8);
    expect(session.value.lastPosition).toBe(6);
    expect(systemOf(session.value, first!).environment.executable).toEqual([
      world.processes.self.node,
      world.processes.self.entry,
    ]);
    expect(world.started).toBe(0);
  });

  it("has each engine that the plan uses, and is no session where the program of one of them is not there", async () => {
    const text = smallMatrix({ changes: "{ id: newer, set: { sut.engine: newer } }" });
    const newer = (environment: string) => ({
      "sut/newer.yaml": `extends: simulated\nversion: 0.33.0\nenvironment: { kind: path, executable: ${environment} }\n`,
    });
    const program = "newer-engine";
    const there = await opened(text, {
      files: { ...newer("../newer-engine"), [program]: "" },
    });
    if (!there.session.ok) throw new Error(there.session.problem.message);
    const { value } = there.session;
    const executables = there.plan.experiments.map((experiment) => systemOf(value, experiment).environment.executable);
    expect(executables[0]).toHaveLength(2);
    expect(executables[1]).toEqual([expect.stringMatching(/newer-engine$/)]);
    const { session } = await opened(text, { files: newer("nowhere") });
    expect(session).toMatchObject({
      ok: false,
      problem: { code: "program-not-found", message: "newer: no program nowhere on PATH" },
    });
  });

  it.each([
    {
      what: "a dataset that is not there",
      text: jsonl(8),
      files: {},
      code: "dataset-missing",
      says: "prompts.jsonl",
    },
    {
      what: "no free port",
      text: smallMatrix(),
      more: ({ network }: World) => ({
        network: {
          ...network,
          freePort: () => Promise.reject(Object.assign(new Error("listen EMFILE"), { code: "EMFILE" })),
        },
      }),
      code: "not-usable",
      says: "127.0.0.1",
    },
  ])("is a failure and no trial: $what", async ({ text, files, more, code, says }) => {
    const { session, world } = await opened(text, { ...(files ? { files } : {}), ...(more ? { more } : {}) });
    expect(session).toMatchObject({ ok: false, problem: { code, message: expect.stringContaining(says) as string } });
    expect(world.started).toBe(0);
  });
});

describe("the load of a trial", () => {
  const accuracy = `
accuracy:
  scenario: closed
  endpoint: completions
  prompt: text
  dataset: { kind: jsonl, path: prompts.jsonl }
  sampling: { max_tokens: 8 }
  cancel: { share: 0.5, after_tokens: 2 }
  load: { concurrency: 2 }
  counts: { smoke: { requests: 400, seconds: 0 } }
`;

  it("is the experiment's, and for accuracy the study's: nothing is cut off, and each sample is asked once at most", async () => {
    const { session, plan } = await opened(jsonl(8, accuracy), { files: { "prompts.jsonl": lines(20) } });
    if (!session.ok) throw new Error(session.problem.message);
    const spec = plan.trials.find(({ purpose }) => purpose === "accuracy")!;
    const experiment = plan.experiments.find(({ labels }) => labels.name === spec.experiment)!;
    expect(workloadOf(plan, experiment, "performance")).toBe(experiment.workload);
    const workload = workloadOf(plan, experiment, "accuracy");
    expect(workload).toMatchObject({ scenario: "closed", cancel: null });
    const dataset = datasetOf(session.value, workload);
    expect(requestsOf(workload, spec, dataset)).toBe(20);
    // Seconds alone say nothing of how many answers are scored.
    const timed = { ...workload, counts: { ...workload.counts, smoke: { requests: 1, seconds: 120 } } };
    expect(requestsOf(timed, { ...spec, fidelity: "smoke" }, dataset)).toBe(20);
    expect(requestsOf(experiment.workload, { ...spec, purpose: "performance" }, dataset)).toBe(8);
  });
});
