import { judge } from "../checks/index.ts";
import { runLoad } from "../client/index.ts";
import { resolvedIdOf, resolveKnobs, type RunningEngine } from "../engine/index.ts";
import { accuracyMeasurements, measure } from "../metrics/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import { accuracyKey } from "../schema/ids.ts";
import type { Failure } from "../schema/launch.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { Dataset } from "../schema/sample.ts";
import type { Provenance, ResolvedKnob, Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Verdict } from "../schema/verdict.ts";
import type { Workload } from "../schema/workload.ts";
import type { TrialFiles } from "../store/index.ts";
import { startSampling } from "../telemetry/index.ts";
import { scoreOutputs } from "./score-outputs.ts";
import { requestsOf, workloadOf, type Session } from "./session.ts";

/** A trial that was run to its end, whatever that was; null where the user stopped it. */
export type TrialOutcome = { trial: Trial; files: TrialFiles } | null;

/** The engine's batch so many times over, so that its queue never runs empty (DESIGN §6); and never fewer, for a batch of one or two. */
const inFlightFactor = 4;
const fewestInFlight = 16;

/** One trial on a running engine: reset, load, metrics, checks. Data goes one way; nothing is written here. */
export async function runTrial(
  session: Session,
  spec: TrialSpec,
  experiment: Experiment,
  engine: RunningEngine,
  provenance: Provenance,
): Promise<TrialOutcome> {
  const { world, plan } = session;
  const workload = workloadOf(plan, experiment, spec.purpose);
  const dataset = session.dataset(workload);
  const startedAt = world.clock.wall();
  const phases = stopwatch(session);

  const resets = workload.cache === "reset" ? await engine.resetCaches() : [];
  const unreset = resets.find(({ ok }) => !ok);
  if (unreset) {
    session.report({
      type: "notice",
      code: "cache-not-reset",
      message: `${spec.experiment}: ${unreset.path} was not reset: ${unreset.detail}`,
    });
  }
  phases.end("cache-reset");

  const sampling = await startSampling(world, engine, {
    devices: plan.study.devices,
    engineGroup: engine.launch().processGroup?.pid ?? null,
  });
  phases.end("idle");
  const { loaded, failure } = await underLoad(session, spec, workload, dataset, engine, experiment).catch(
    async (fault: unknown) => {
      await sampling.stop(); // a fault of ours: what it started must not outlive it
      throw fault;
    },
  );
  const series = await sampling.stop(loaded ? BigInt(loaded.clock.monotonicStartNs) : undefined);
  const observation = loaded ? { ...loaded, series: [...loaded.series, ...series] } : null;
  phases.end("load");
  if (session.signal.aborted) return null;

  const launch = engine.launch();
  const resolved = resolveKnobs(plan.study.engine, experiment.knobs, launch.resolvedConfiguration);
  const scored = spec.purpose === "accuracy" && observation ? await scoreOutputs(observation, dataset) : null;
  const measurements: Measurement[] = [
    ...(observation ? measure({ observation, workload }) : []),
    ...(scored ? accuracyMeasurements(scored.score) : []),
  ];
  const verdict = judge({
    spec,
    workload,
    observation,
    measurements,
    resolved,
    failure,
    skip: null,
  });
  phases.end("score");

  const resolvedId = resolvedIdOf({
    engine: plan.study.engine,
    engineVersion: launch.engineVersion,
    resolvedConfiguration: launch.resolvedConfiguration,
    model: session.model.digest ?? session.model.revision,
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
      },
    },
    startedAt,
    phases: phases.all(),
    measurements,
    verdict,
  });
  return { trial, files: { observation, outputs: scored?.outputs ?? null } };
}

/** What a launch that never became ready leaves of each of its trials. */
export function failedTrial(
  session: Session,
  spec: TrialSpec,
  experiment: Experiment,
  launchId: string,
  failure: Failure,
  provenance: Provenance | null,
): Trial {
  const workload = workloadOf(session.plan, experiment, spec.purpose);
  const verdict = judge({
    spec,
    workload,
    observation: null,
    measurements: [],
    resolved: [],
    failure,
    skip: null,
  });
  return trialRecord(session, spec, experiment, {
    origin: session.plan.study.engine.origin,
    launchId,
    resolved: [],
    resolvedConfiguration: null,
    resolvedId: null,
    provenance,
    startedAt: session.world.clock.wall(),
    phases: [],
    measurements: [],
    verdict,
  });
}

/** The load, raced against the engine's death: whichever comes first ends the other. */
async function underLoad(
  session: Session,
  spec: TrialSpec,
  workload: Workload,
  dataset: Dataset,
  engine: RunningEngine,
  experiment: Experiment,
): Promise<{ loaded: Observation | null; failure: Failure | null }> {
  const { world, plan } = session;
  const stop = new AbortController();
  let death: Failure | null = null;
  const watch = async (): Promise<void> => {
    death = await engine.died;
    stop.abort();
  };
  void watch();
  const { inFlight } = plan.study.engine;
  const batch = inFlight ? Number(experiment.knobs[inFlight.knob] ?? inFlight.default) : 64;
  const answer = await runLoad({
    endpoint: engine.endpoint,
    workload,
    samples: dataset.samples,
    requests: requestsOf(workload, spec, dataset),
    inFlightDefault: Math.max(inFlightFactor * batch, fewestInFlight),
    keepText: spec.purpose === "accuracy",
    seed: spec.seeds.load,
    traceS: session.traceS(workload),
    clock: world.clock,
    ownCpuS: () => world.processes.ownCpuS(),
    signal: AbortSignal.any([session.signal, stop.signal]),
    queueProbe: () => engine.queueProbe(),
    onProgress: (progress) => session.report({ type: "progress", trial: spec.trialId, ...progress }),
  });
  // An error in the stream comes before the engine's end is seen: ask before judging.
  death ??= await engine.checkAlive();
  if (!answer.ok) {
    const { message, hint } = answer.problem;
    return {
      loaded: null,
      failure: death ?? { class: answer.problem.code, message, file: null, line: null, hint },
    };
  }
  return { loaded: answer.value, failure: death };
}

type Found = Pick<
  Trial,
  | "origin"
  | "launchId"
  | "resolved"
  | "resolvedConfiguration"
  | "resolvedId"
  | "provenance"
  | "startedAt"
  | "phases"
  | "measurements"
> & { verdict: Verdict; resolved: ResolvedKnob[] };

function trialRecord(session: Session, spec: TrialSpec, experiment: Experiment, found: Found): Trial {
  const { study } = session.plan;
  return {
    format: "ceteris.trial/1",
    study: study.name,
    spec,
    labels: experiment.labels,
    standIn: study.standIn,
    configurationId: experiment.configurationId,
    accuracyKey: accuracyKey(experiment.identity.configuration, workloadOf(session.plan, experiment, spec.purpose)),
    identity: experiment.identity,
    knobs: experiment.knobs,
    ...found,
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
