import { judge } from "../checks/index.ts";
import { runLoad, type LoadOptions } from "../client/index.ts";
import { engineGroup, resolvedIdOf, resolveKnobs, type RunningEngine } from "../engine/index.ts";
import { accuracyMeasurements, measure } from "../metrics/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import { accuracyKey } from "../schema/ids.ts";
import type { Failure } from "../schema/launch.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Fault, Result } from "../schema/result.ts";
import { devicesOfSut, sutOf } from "../schema/sut.ts";
import type { Provenance, ResolvedKnob, Trial, Verdict } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { neighbours, type TrialFiles } from "../store/index.ts";
import { startSampling } from "../telemetry/index.ts";
import { inFlightDefault } from "./in-flight.ts";
import { profiledLoad, type Loaded } from "./profiling.ts";
import { promptFacts, promptsOf, type Prompts, type TrialLoad } from "./prompts.ts";
import { scoreOutputs } from "./score-outputs.ts";
import { requestsOf, workloadOf } from "../plan/index.ts";
import { datasetOf, systemOf, type Session } from "./session.ts";
import { sizedLoad, sizingText } from "./sized-load.ts";
import { tailBudgets } from "./tail-budget.ts";

/** A trial that was run to its end, whatever that was; null where the user stopped it. */
export type TrialOutcome = { trial: Trial; files: TrialFiles } | null;

/** What a trial runs with. */
interface TrialRun {
  spec: TrialSpec;
  experiment: Experiment;
  engine: RunningEngine;
  provenance: Provenance;
}

/** One trial on a running engine: reset, load, metrics, checks. Data goes one way; nothing is written here. */
export async function runTrial(session: Session, run: TrialRun): Promise<TrialOutcome> {
  const seen: { loaded: Observation | null } = { loaded: null };
  try {
    return await measuredTrial(session, run, seen);
  } catch (error) {
    seen.loaded?.release(); // an internal error: nothing of the trial is stored but its stack
    throw error;
  }
}

async function measuredTrial(
  session: Session,
  { spec, experiment, engine, provenance }: TrialRun,
  seen: { loaded: Observation | null },
): Promise<TrialOutcome> {
  const { world, plan } = session;
  const sut = sutOf(plan.study, experiment.knobs);
  const { environment, model } = systemOf(session, experiment);
  const workload = workloadOf(plan, experiment, spec.purpose);
  const dataset = datasetOf(session, workload);
  const startedAt = world.clock.wall();
  const phases = stopwatch(session);

  const prompts = await promptsOf(session, { spec, experiment, workload, dataset, engine });
  phases.end("prompts");

  const resets = workload.cache === "reset" ? await engine.resetCaches() : [];
  const unreset = resets.find(({ ok }) => !ok);
  if (unreset) {
    const message = `${spec.experiment}: ${unreset.path} was not reset: ${unreset.detail}`;
    session.report({ type: "notice", code: "cache-not-reset", message });
  }
  phases.end("cache-reset");

  const besideBefore = await neighbours(world, session.studyFolder);
  const sampling = await startSampling(world, {
    engine,
    devices: devicesOfSut(sut, world.variables),
    engineGroup: engineGroup(engine.launch()),
  });
  phases.end("idle");
  const load = { spec, workload, dataset, prompts, engine, experiment, phases };
  const { loaded, failure, sizing } = await profiledLoad(session, engine, () => underLoad(session, load)).catch(
    async (error: unknown) => {
      await sampling.stop(); // what it started must not outlive an internal error
      throw error;
    },
  );
  seen.loaded = loaded;
  const sampled = sampling.stop(loaded ? BigInt(loaded.clock.monotonicStartNs) : undefined);
  if (session.signal.aborted) sampled.catch(() => undefined); // nothing is kept, and some samplers take seconds to end
  const series = session.signal.aborted ? [] : await sampled;
  const observation = loaded ? { ...loaded, series: [...loaded.series, ...series] } : null;
  phases.end("load");
  if (session.signal.aborted) {
    observation?.release();
    return null;
  }

  const beside = Math.max(besideBefore, await neighbours(world, session.studyFolder));
  const launch = engine.launch();
  const resolved = resolveKnobs(sut.engine, experiment.knobs, launch.resolvedConfiguration);
  const scored = spec.purpose === "accuracy" && observation ? await scoreOutputs(observation, dataset) : null;
  const measurements: Measurement[] = [
    ...(observation && spec.purpose !== "profile"
      ? measure({ observation, workload, gpus: experiment.gpus ?? null })
      : []),
    ...(scored ? accuracyMeasurements(scored.score) : []),
  ];
  const verdict = judge({
    spec,
    workload,
    observation,
    measurements,
    resolved,
    ...(session.calibration === undefined ? {} : { calibration: session.calibration }),
    failure,
    ruleset: workload.ruleset,
    sizing,
  });
  phases.end("score");

  const resolvedId = resolvedIdOf({
    engineVersion: launch.engineVersion,
    image: launch.container?.digest ?? environment.image?.digest ?? null,
    resolvedConfiguration: launch.resolvedConfiguration,
    model: model.digest ?? model.revision,
    dataset: dataset.sha256,
    provenance,
  });
  await engine.setResolvedId(resolvedId);
  const trial = trialRecord(session, spec, experiment, {
    origin: launch.origin,
    launchId: launch.id,
    resolved,
    resolvedConfiguration: launch.resolvedConfiguration,
    resolvedId,
    provenance: {
      ...provenance,
      missing: [...provenance.missing, ...sampling.missing],
      dataset: {
        name: dataset.name,
        sha256: dataset.sha256,
        samples: dataset.samples.length,
        recognised: dataset.recognised,
        ...promptFacts(prompts),
      },
    },
    ...(sizing === null ? {} : { sizing }),
    ...(beside === 0 ? {} : { neighbours: beside }),
    startedAt,
    phases: phases.all(),
    measurements,
    verdict,
  });
  return { trial, files: { observation, outputs: scored?.outputs ?? null } };
}

/** The load, raced against the engine's death: whichever comes first ends the other. */
async function underLoad(
  session: Session,
  asked: TrialLoad & { engine: RunningEngine; prompts: Result<Prompts>; phases: ReturnType<typeof stopwatch> },
): Promise<Loaded> {
  const { spec, workload, dataset, prompts, engine, experiment, phases } = asked;
  const { world, plan } = session;
  if (!prompts.ok) {
    return { loaded: null, failure: (await engine.checkAlive()) ?? failureOf(prompts.problem), sizing: null };
  }
  const stop = new AbortController();
  let death: Failure | null = null;
  const watch = async (): Promise<void> => {
    death = await engine.died;
    stop.abort();
  };
  void watch();
  const { samples } = prompts.value;
  const keptOpenByDefault = inFlightDefault(sutOf(plan.study, experiment.knobs).engine, experiment.knobs);
  const { batch_size: chunk = 0, max_in_flight: keptOpen = 0 } = workload.load;
  const options = {
    endpoint: engine.endpoint,
    workload,
    samples,
    inFlightDefault: keptOpenByDefault,
    keepText: spec.purpose === "accuracy",
    seed: spec.seeds.load,
    traceS: session.tracesS.get(workload.arrivals),
    clock: world.clock,
    ownCpuS: () => world.processes.ownCpuS(),
    queueProbe: () => engine.queueProbe(),
    spoolFolder: world.variables["CETERIS_SCRATCH"] ?? session.studyFolder,
    onProgress: (progress) => session.report({ type: "progress", trial: spec.trialId, ...progress }),
  } satisfies Partial<LoadOptions>;
  const { answer, sizing } = await sizedLoad({
    workload,
    run: { fidelity: spec.fidelity, purpose: spec.purpose },
    requests: requestsOf(workload, spec, dataset),
    inFlight: Math.max(chunk, keptOpen, keptOpenByDefault),
    load: ({ requests, loadgen }, signal) =>
      runLoad({
        ...options,
        requests,
        shortestS: spec.purpose === "performance" ? (workload.counts[spec.fidelity].seconds ?? 0) : 0,
        ...(loadgen === null ? {} : { loadgen }),
        ...(spec.purpose === "probe" && plan.study.peak !== null
          ? { tailBudgets: tailBudgets(workload, plan.study.peak) }
          : {}),
        signal,
      }),
    async reset() {
      if (workload.cache === "reset") await engine.resetCaches();
    },
    ended(what, sized) {
      phases.end(what);
      session.report({ type: "notice", code: what, message: `${spec.experiment}: ${sizingText(what, sized)}` });
    },
    clock: world.clock,
    signal: AbortSignal.any([session.signal, stop.signal]),
  });
  // An error in the stream comes before the engine's end is seen: ask before judging.
  death ??= await engine.checkAlive();
  if (!answer.ok) return { loaded: null, failure: death ?? failureOf(answer.problem), sizing };
  return { loaded: answer.value, failure: death, sizing };
}

function failureOf({ code, message, hint }: Fault): Failure {
  return { class: code, message, file: null, line: null, hint };
}

type Found = Pick<
  Trial,
  | "origin"
  | "launchId"
  | "resolved"
  | "resolvedConfiguration"
  | "resolvedId"
  | "provenance"
  | "sizing"
  | "neighbours"
  | "startedAt"
  | "phases"
  | "measurements"
> & { verdict: Verdict; resolved: ResolvedKnob[] };

/** A trial as it is stored, from what was found. */
export function trialRecord(session: Session, spec: TrialSpec, experiment: Experiment, found: Found): Trial {
  const { study } = session.plan;
  const workload = workloadOf(session.plan, experiment, spec.purpose);
  const { requests, seconds = null } = workload.counts[spec.fidelity];
  return {
    format: "ceteris.trial/1",
    study: study.name,
    spec,
    labels: experiment.labels,
    standIn: study.standIn,
    configurationId: experiment.configurationId,
    accuracyKey: accuracyKey(experiment.identity.configuration, workload),
    identity: experiment.identity,
    knobs: experiment.knobs,
    gpus: experiment.gpus ?? null,
    asked: { requests, seconds },
    ...(session.calibration === undefined ? {} : { calibration: session.calibration }),
    ...found,
    session: session.startedAt,
    endedAt: session.world.clock.wall(),
  };
}

function stopwatch({ world }: Session): { end(id: string): void; all(): { id: string; tookS: number }[] } {
  const phases: { id: string; tookS: number }[] = [];
  let sinceNs = world.clock.nowNs();
  return {
    end(id) {
      const nowNs = world.clock.nowNs();
      phases.push({ id, tookS: Number(nowNs - sinceNs) / 1e9 });
      sinceNs = nowNs;
    },
    all: () => phases,
  };
}
