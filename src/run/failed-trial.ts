import { inspect } from "node:util";
import { judge } from "../checks/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Failure } from "../schema/launch.ts";
import { sutOf } from "../schema/sut.ts";
import type { Provenance, Trial, Verdict } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { internalErrorFile } from "../store/index.ts";
import { workloadOf } from "../plan/index.ts";
import { fileFault, systemClassOf } from "../world/file-fault.ts";
import type { Session } from "./session.ts";
import { trialRecord } from "./trial.ts";

/** What is known of a trial that measured nothing. */
export interface Unmeasured {
  session: Session;
  spec: TrialSpec;
  experiment: Experiment;
  /** Null where nothing was launched. */
  launchId: string | null;
  provenance: Provenance | null;
}

/** The record of a trial whose launch never became ready, or whose engine is dead. */
export function failedTrial(unmeasured: Unmeasured, failure: Failure): Trial {
  const { session, spec, experiment } = unmeasured;
  const workload = workloadOf(session.plan, experiment, spec.purpose);
  const verdict = judge({
    spec,
    workload,
    observation: null,
    measurements: [],
    resolved: [],
    failure,
    ruleset: workload.ruleset,
  });
  return withVerdict(unmeasured, verdict);
}

/** The record of a trial that an internal error ended, or the system's refusal. No check is asked: one of them may have thrown. */
export function trialOfInternalError(unmeasured: Unmeasured, error: unknown): Trial {
  const failure = internalError(error);
  return withVerdict(unmeasured, {
    status: "FAILED",
    reason: `${failure.class}: ${failure.message}`,
    checks: [],
    failure,
    rulesetId: null,
  });
}

function internalError(error: unknown): Failure {
  const systemClass = systemClassOf((error as NodeJS.ErrnoException | null)?.code);
  const fault = fileFault(error);
  if (systemClass !== null && fault !== null) {
    const hint = `${fault.hint} --retry failed runs the trial again.`;
    return { class: systemClass, message: fault.message, file: internalErrorFile, line: 1, hint };
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    class: "internal-error",
    message: said.split("\n")[0]!.slice(0, 500),
    file: internalErrorFile,
    line: 1,
    hint: `Ceteris failed, not the engine: check that disk, memory and file descriptors suffice; else report it with ${internalErrorFile} of the trial's folder. --retry failed runs the trial again.`,
  };
}

/** The stack of an error, and of the errors that caused it. */
export function stackOf(error: unknown): string {
  return inspect(error, { depth: 4 });
}

function withVerdict({ session, spec, experiment, launchId, provenance }: Unmeasured, verdict: Verdict): Trial {
  return trialRecord(session, spec, experiment, {
    origin: sutOf(session.plan.study, experiment.knobs).engine.origin,
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
