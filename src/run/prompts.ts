import {
  measuredLengths,
  needsMeasuring,
  textLengthsOf,
  uniquePrompts,
  type WorkloadLengths,
} from "../dataset/index.ts";
import type { RunningEngine } from "../engine/index.ts";
import { forcesLengths } from "../schema/dialect.ts";
import { runsAlready, type Engine } from "../schema/engine.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Json } from "../schema/json.ts";
import { succeed, type Fault, type Result } from "../schema/result.ts";
import { plainSample, type Dataset, type Sample } from "../schema/sample.ts";
import type { Study } from "../schema/study.ts";
import { sutOf, type Sut } from "../schema/sut.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Workload } from "../schema/workload.ts";
import { datasetKey, requestsOf } from "../plan/index.ts";
import type { Session } from "./session.ts";

/** What a trial asks, and what is to be known of its lengths: facts of `Provenance.dataset`. */
export interface Prompts {
  samples: readonly Sample[];
  facts: { promptLengths: PromptLengths; outputLengths: OutputLengths; uniquePrompts: boolean };
}

/** Token ids are as many as they are; the others say who counted what. */
export type PromptLengths =
  | "token_ids"
  | "as_they_are"
  | "engine_made"
  | "engine_made_nearest"
  | "engine_made_bare"
  | "engine_counted";
/** `unforced`: lengths were to be forced, and the engine's requests have no member that does it. */
export type OutputLengths = "forced" | "unforced" | "natural" | "mixed";

/** The load of a trial, and the engine that it is put on. */
export interface TrialLoad {
  spec: TrialSpec;
  experiment: Experiment;
  workload: Workload;
  dataset: Dataset;
  engine: Pick<RunningEngine, "countTokens">;
}

/**
 * The prompts of one trial: salted where the workload says `unique`, at their lengths where the engine is to count them.
 * The engine's counts are kept for the configuration, which has one tokenizer; with salts each trial asks anew.
 */
export async function promptsOf(
  session: Session,
  { spec, experiment, workload, dataset, engine }: TrialLoad,
): Promise<Result<Prompts>> {
  const { study } = session.plan;
  const { engine: declared } = sutOf(study, experiment.knobs);
  const lengths = textLengthsOf(workload);
  const facts = (samples: readonly Sample[]): Prompts["facts"] => ({
    promptLengths: promptLengthsOf({ asked: whole, samples }, workload, lengths, declared),
    outputLengths: outputLengthsOf(samples, workload, declared),
    uniquePrompts: workload.unique,
  });
  const whole = workload.unique
    ? uniquePrompts(
        dataset.samples,
        mostOf(workload, spec, dataset),
        saltOf({ launch: study.launch, engine: declared }, spec),
      )
    : dataset.samples;
  if (!needsMeasuring(workload, lengths)) return succeed({ samples: whole, facts: facts(whole) });

  const key = workload.unique ? null : `${experiment.configurationId} ${datasetKey(workload)} ${workload.endpoint}`;
  const known = key === null ? undefined : session.measuredPrompts.get(key);
  if (known) return succeed({ samples: known, facts: facts(known) });
  const measured = await measuredLengths(whole, {
    workload,
    lengths,
    count: (text, as) => engine.countTokens(text, as),
    signal: session.signal,
  });
  if (!measured.ok && (!mayBeUncounted(workload, lengths) || session.signal.aborted)) return measured;
  const samples = measured.ok ? measured.value : uncounted(session, experiment, whole, measured.problem);
  if (key !== null) session.measuredPrompts.set(key, samples);
  return succeed({ samples, facts: facts(samples) });
}

/** Classes are dealt to the nearest request, so that each may ask one more of its own dataset than its part of the mix. */
function mostOf(workload: Workload, spec: TrialSpec, dataset: Dataset): number {
  const more = workload.classes.some((one) => one.dataset !== undefined) ? workload.classes.length : 0;
  return requestsOf(workload, spec, dataset) + more;
}

/** Recorded answers must be forced to their exact lengths; prompts may come as near to theirs as they can. */
function mayBeUncounted({ promptLengths }: Workload, { all }: WorkloadLengths): boolean {
  return promptLengths === "nearest" && !all.some(({ recordedAnswers }) => recordedAnswers);
}

/** Texts as they were made, where the engine does not count and exact lengths were no condition. */
function uncounted(session: Session, { labels }: Experiment, asked: readonly Sample[], { message }: Fault): Sample[] {
  const said = `${labels.name}: prompts are as many words as tokens were asked for, since the engine does not count them: ${message}`;
  session.report({ type: "notice", code: "lengths-not-counted", message: said });
  return asked.map((sample) => ({
    ...plainSample(sample),
    promptTokens: null,
    aboutPromptTokens: sample.promptTokens ?? undefined,
  }));
}

/**
 * What makes prompts unique. Where each trial has a launch to itself, all arms of a block ask the same: the salt is the
 * load's. Where trials share an engine that runs on (a shared launch, the probes of a search, an endpoint), no two of them may
 * ask the same, since the engine's cache holds what one has asked: the salt is the trial's.
 */
function saltOf(
  { launch, engine }: Pick<Study, "launch"> & Pick<Sut, "engine">,
  { trialId, purpose, seeds }: TrialSpec,
): string {
  const alone = launch === "each" && !runsAlready(engine) && purpose !== "probe";
  return `${seeds.load} ${alone ? purpose : trialId}`;
}

function promptLengthsOf(
  { asked, samples }: { asked: readonly Sample[]; samples: readonly Sample[] },
  workload: Workload,
  lengths: WorkloadLengths,
  engine: Engine,
): PromptLengths {
  if (samples.every(({ prompt }) => "tokens" in prompt)) return "token_ids";
  if (workload.promptLengths === "as_made" || samples.some(({ promptTokens }) => promptTokens === null))
    return "as_they_are";
  if (!lengths.all.every(({ made }) => made)) return "engine_counted";
  // A template is counted with the messages of a single question alone, and by engines that take messages.
  const templated = workload.endpoint === "chat";
  const bare = samples.some(({ turn }) => turn !== null) || (templated && engine.tokenize?.messages === null);
  if (bare) return "engine_made_bare";
  const isExact = samples.every(({ promptTokens }, place) => promptTokens === asked[place]?.promptTokens);
  return isExact ? "engine_made" : "engine_made_nearest";
}

function outputLengthsOf(
  samples: readonly Sample[],
  { sampling }: Workload,
  { dialect }: Pick<Engine, "dialect">,
): OutputLengths {
  const forced = sampling.ignore_eos
    ? samples.length
    : samples.filter(({ outputTokens }) => outputTokens !== null).length;
  if (forced === 0) return "natural";
  if (!forcesLengths(dialect)) return "unforced";
  return forced === samples.length ? "forced" : "mixed";
}

/** As `Provenance.dataset` has it. */
export function promptFacts(prompts: Result<Prompts>): { [fact: string]: Json } {
  return prompts.ok ? { ...prompts.value.facts } : {};
}
