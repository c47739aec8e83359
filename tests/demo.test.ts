import { expect, it } from "vitest";
import { analyse } from "../src/analysis/index.ts";
import { vllmServerInfo } from "../src/engine/parsers/vllm-server-info.ts";
import { createRandom } from "../src/math/random.ts";
import { metricDefinitions } from "../src/metrics/index.ts";
import { loadPlan } from "../src/plan/index.ts";
import type { Experiment } from "../src/schema/experiment.ts";
import { resolveConfiguration, type Configuration } from "../src/simulator/configuration.ts";
import { Engine } from "../src/simulator/engine.ts";
import { serverInfo } from "../src/simulator/server-info.ts";
import { speechOf } from "../src/simulator/tokens.ts";
import { studyRecord } from "../src/store/study-file.ts";
import { realWorld } from "../src/world/real-world.ts";
import { repository } from "./support/cli.ts";
import { fakeTrial, withFigures } from "./support/fake-trials.ts";

/** What the simulated engine makes of a configuration, with the noise of this launch. */
function configured(model: string, { knobs }: Experiment, launch: string): Configuration {
  const settings = Object.fromEntries(Object.entries(knobs).filter(([name]) => !name.includes(".")));
  const resolution = resolveConfiguration(model, settings, { CETERIS_LAUNCH: launch });
  if (!resolution.ok) throw new Error(resolution.failure.error.join("\n"));
  return resolution.configuration;
}

/** Output tokens a second of a closed loop in virtual time: whoever has an answer asks again at once. */
function throughput(configuration: Configuration, concurrency: number, requests: number): number {
  const engine = new Engine(configuration);
  const random = createRandom("prompts");
  const asked = { count: 0 };
  let nowS = 0;
  const ask = (): void => {
    const promptIds = Array.from({ length: 32 + random.integer(65) }, () => 300 + random.integer(120_000));
    const speech = speechOf({ ids: promptIds, pieces: null }, 128_256, 0);
    engine.add({ id: String(asked.count), promptIds, speech, outputTokens: 32, finish: "length" }, nowS);
    asked.count += 1;
  };
  while (asked.count < concurrency) ask();
  for (let next = engine.nextS; next !== null; next = engine.nextS) {
    for (const { dueS, outputs } of engine.advance(next)) {
      nowS = dueS;
      for (const { finished } of outputs) if (finished !== null && asked.count < requests) ask();
    }
  }
  return (requests * 32) / nowS;
}

it("decides: one SHIP, one REJECT, one NO EFFECT, and one mistake that the resolved configuration shows", async () => {
  const world = { ...realWorld(), machine: { ...realWorld().machine, workingFolder: repository } };
  const { plan } = await loadPlan(world, { matrix: "matrices/demo.yaml" });
  const { study, experiments, trials } = plan!;
  const measured = trials.map((spec, place) => {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const launch = `${study.name}/${String(place + 1).padStart(4, "0")}-${spec.launchKey}@0`;
    const configuration = configured(study.model, experiment, launch);
    const answer = JSON.stringify(serverInfo(configuration, {}, "json"));
    const { concurrency = 0 } = experiment.workload.load;
    const tokensPerS = throughput(configuration, concurrency, experiment.workload.counts[spec.fidelity].requests);
    const made = fakeTrial(experiment, {
      origin: "simulated",
      launchId: launch,
      resolvedConfiguration: vllmServerInfo.parse(answer, ""),
      throughput: tokensPerS,
    });
    return withFigures({ ...made, spec: { ...spec } }, [["output_throughput_steady", "value", tokensPerS]]);
  });
  const record = studyRecord(plan!, "matrices/demo.yaml");
  const { decisions: found } = analyse({
    study: record,
    trials: measured,
    answers: new Map(),
    metrics: metricDefinitions,
  });
  expect(Object.fromEntries(found.map(({ experiment, outcome }) => [experiment, outcome]))).toEqual({
    baseline: "BASELINE",
    fp8: "SHIP",
    sync: "REJECT",
    "batch-16k": "NO EFFECT",
    ngram: "HOLD",
  });
  expect(found.find(({ experiment }) => experiment === "ngram")?.missing).toEqual([
    expect.stringContaining("the change also moved scheduler_config.async_scheduling"),
  ]);
});
