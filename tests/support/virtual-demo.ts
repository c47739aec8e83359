import { analyse } from "../../src/analysis/index.ts";
import { vllmServerInfo } from "../../src/engine/parsers/vllm-server-info.ts";
import { createRandom } from "../../src/math/random.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import { loadPlan } from "../../src/plan/index.ts";
import type { Analysis } from "../../src/schema/analysis.ts";
import type { Experiment } from "../../src/schema/experiment.ts";
import type { Statistic } from "../../src/schema/measurement.ts";
import { resolveConfiguration, type Configuration } from "../../src/simulator/configuration.ts";
import { Engine } from "../../src/simulator/engine.ts";
import { serverInfo } from "../../src/simulator/server-info.ts";
import { speechOf } from "../../src/simulator/tokens.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { repository } from "./cli.ts";
import { fakeTrial, withFigures } from "./fake-trials.ts";

/** Of each answer of `matrices/demo.yaml`. */
const OUTPUT_TOKENS = 32;

/** What the simulated engine makes of a configuration, with the noise of this launch. */
function configured(model: string, { knobs }: Experiment, launch: string): Configuration {
  const settings = Object.fromEntries(Object.entries(knobs).filter(([name]) => !name.includes(".")));
  const resolution = resolveConfiguration(model, settings, { CETERIS_LAUNCH: launch });
  if (!resolution.ok) throw new Error(resolution.failure.error.join("\n"));
  return resolution.configuration;
}

/** A closed loop in virtual time: whoever has an answer asks again at once. The whole throughput, and each request's latencies in ms. */
function load(configuration: Configuration, concurrency: number, requests: number) {
  const engine = new Engine(configuration);
  const random = createRandom("prompts");
  const asked = new Map<string, number>();
  const [ttft, tpot, e2e]: [number[], number[], number[]] = [[], [], []];
  let nowS = 0;
  const ask = (): void => {
    const promptIds = Array.from({ length: 32 + random.integer(65) }, () => 300 + random.integer(120_000));
    const speech = speechOf({ ids: promptIds, pieces: null }, 128_256, 0);
    const id = String(asked.size);
    engine.add({ id, promptIds, speech, outputTokens: OUTPUT_TOKENS, finish: "length" }, nowS);
    asked.set(id, nowS);
  };
  while (asked.size < concurrency) ask();
  for (let next = engine.nextS; next !== null; next = engine.nextS) {
    for (const { dueS, outputs } of engine.advance(next)) {
      nowS = dueS;
      for (const { finished, sequence } of outputs) {
        if (finished === null) continue;
        const [sentS, firstS] = [asked.get(sequence.id)!, sequence.firstTokenS ?? dueS];
        ttft.push(1000 * (firstS - sentS));
        tpot.push((1000 * (dueS - firstS)) / (OUTPUT_TOKENS - 1));
        e2e.push(1000 * (dueS - sentS));
        if (asked.size < requests) ask();
      }
    }
  }
  return { tokensPerS: (requests * OUTPUT_TOKENS) / nowS, ttft, tpot, e2e };
}

/** `matrices/demo.yaml` through the simulated engine in virtual time, so that no machine's noise is in it, analysed. SIMULATED. */
export async function virtualDemo(startedAt = "2026-01-01T00:00:00.000Z"): Promise<Analysis> {
  const world = { ...realWorld(), machine: { ...realWorld().machine, workingFolder: repository } };
  const { plan } = await loadPlan(world, { matrix: "matrices/demo.yaml" });
  const { study, experiments, trials: specs } = plan!;
  const trials = specs.map((spec, place) => {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const launch = `${study.name}/${String(place + 1).padStart(4, "0")}-${spec.launchKey}@0`;
    const configuration = configured(study.model, experiment, launch);
    const answer = JSON.stringify(serverInfo(configuration, {}, "json"));
    const { concurrency = 0 } = experiment.workload.load;
    const { tokensPerS, ...latencies } = load(
      configuration,
      concurrency,
      experiment.workload.counts[spec.fidelity].requests,
    );
    const made = fakeTrial(experiment, {
      origin: "simulated",
      launchId: launch,
      fidelity: spec.fidelity,
      status: "SCREENED",
      resolvedConfiguration: vllmServerInfo.parse(answer, ""),
      throughput: tokensPerS,
    });
    const figures = Object.entries(latencies).flatMap(([metric, values]) =>
      ([50, 90, 95] as const).map((percent): [string, Statistic, number] => [
        metric,
        `p${percent}` as Statistic,
        values.toSorted((left, right) => left - right)[Math.floor((percent / 100) * values.length)]!,
      ]),
    );
    const known = [...figures, ["output_throughput_steady", "value", tokensPerS] as [string, Statistic, number]];
    return {
      // No machine is in it.
      ...withFigures({ ...made, measurements: [] }, known),
      spec: { ...spec },
      startedAt,
      endedAt: startedAt,
      provenance: null,
    };
  });
  return analyse({
    study: studyRecord(plan!, "matrices/demo.yaml"),
    trials,
    answers: new Map(),
    metrics: metricDefinitions,
  });
}
