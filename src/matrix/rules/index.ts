import type { Rule } from "../rule.ts";
import { accuracyWithoutRate } from "./accuracy-without-rate.ts";
import { accuracyWithoutReferences } from "./accuracy-without-references.ts";
import { alreadyMade } from "./already-made.ts";
import { arrivalsWithoutOpen } from "./arrivals-without-open.ts";
import { cancelWithoutWhen } from "./cancel-without-when.ts";
import { cannotRun } from "./cannot-run.ts";
import { changesNothing } from "./changes-nothing.ts";
import { classShares } from "./class-shares.ts";
import { classWithoutKnob } from "./class-without-knob.ts";
import { classesAlike } from "./classes-alike.ts";
import { closedWithoutConcurrency } from "./closed-without-concurrency.ts";
import { collateral } from "./collateral.ts";
import { compoundChange } from "./compound-change.ts";
import { computedValue } from "./computed-value.ts";
import { concurrencyAboveRequests } from "./concurrency-above-requests.ts";
import { conversationOfTokens } from "./conversation-of-tokens.ts";
import { curveWithoutLoad } from "./curve-without-load.ts";
import { datasetGoesRound } from "./dataset-goes-round.ts";
import { duplicateClass } from "./duplicate-class.ts";
import { duplicateExperiment } from "./duplicate-experiment.ts";
import { duplicateId } from "./duplicate-id.ts";
import { duplicateWorkload } from "./duplicate-workload.ts";
import { emptyDistribution } from "./empty-distribution.ts";
import { enginesDiffer } from "./engines-differ.ts";
import { excludeMatchesNothing } from "./exclude-matches-nothing.ts";
import { excludedBaseline } from "./excluded-baseline.ts";
import { extraArgs } from "./extra-args.ts";
import { extraBodyCollides } from "./extra-body-collides.ts";
import { flagNotYet } from "./flag-not-yet.ts";
import { imagesToCompletions } from "./images-to-completions.ts";
import { inertKnob } from "./inert-knob.ts";
import { knobNotYet } from "./knob-not-yet.ts";
import { knobRemoved } from "./knob-removed.ts";
import { lengthOverModel } from "./length-over-model.ts";
import { lengthsOfTokenIds } from "./lengths-of-token-ids.ts";
import { lengthsWithoutTokenizer } from "./lengths-without-tokenizer.ts";
import { loadKnobWithoutEffect } from "./load-knob-without-effect.ts";
import { noModel } from "./no-model.ts";
import { notAChoice } from "./not-a-choice.ts";
import { oneProgram } from "./one-program.ts";
import { openWithoutRate } from "./open-without-rate.ts";
import { outOfRange } from "./out-of-range.ts";
import { outputOverLimit } from "./output-over-limit.ts";
import { overBudget } from "./over-budget.ts";
import { peakAndRate } from "./peak-and-rate.ts";
import { peakBounds } from "./peak-bounds.ts";
import { peakWithoutLimits } from "./peak-without-limits.ts";
import { peakWithoutOpen } from "./peak-without-open.ts";
import { prefixOverPrompt } from "./prefix-over-prompt.ts";
import { requestOverLength } from "./request-over-length.ts";
import { rulesetForbids } from "./ruleset-forbids.ts";
import { rulesetPrompts } from "./ruleset-prompts.ts";
import { rulesetSampling } from "./ruleset-sampling.ts";
import { scenarioWithoutRuleset } from "./scenario-without-ruleset.ts";
import { serverRunsAlready } from "./server-runs-already.ts";
import { stopNeverJudged } from "./stop-never-judged.ts";
import { stopWithoutLoad } from "./stop-without-load.ts";
import { sweepOfEngineKnob } from "./sweep-of-engine-knob.ts";
import { tokensToChat } from "./tokens-to-chat.ts";
import { tooManyGpus } from "./too-many-gpus.ts";
import { undoesEarlier } from "./undoes-earlier.ts";
import { uniqueAndShared } from "./unique-and-shared.ts";
import { unknownKnob } from "./unknown-knob.ts";
import { unknownMember } from "./unknown-member.ts";
import { unknownMetric } from "./unknown-metric.ts";
import { unknownStatistic } from "./unknown-statistic.ts";
import { unknownVariable } from "./unknown-variable.ts";
import { unsupportedKnob } from "./unsupported-knob.ts";
import { workersWithCap } from "./workers-with-cap.ts";
import { workersWithChunks } from "./workers-with-chunks.ts";
import { workersWithQueries } from "./workers-with-queries.ts";
import { workloadMember } from "./workload-member.ts";
import { wrongType } from "./wrong-type.ts";

/** Every rule; the code of its diagnostic is the name of its file. */
export const rules: readonly Rule[] = [
  accuracyWithoutRate,
  accuracyWithoutReferences,
  alreadyMade,
  arrivalsWithoutOpen,
  cancelWithoutWhen,
  cannotRun,
  changesNothing,
  classShares,
  classWithoutKnob,
  classesAlike,
  closedWithoutConcurrency,
  collateral,
  compoundChange,
  computedValue,
  concurrencyAboveRequests,
  conversationOfTokens,
  curveWithoutLoad,
  datasetGoesRound,
  duplicateClass,
  duplicateExperiment,
  duplicateId,
  duplicateWorkload,
  emptyDistribution,
  enginesDiffer,
  excludeMatchesNothing,
  excludedBaseline,
  extraArgs,
  extraBodyCollides,
  flagNotYet,
  imagesToCompletions,
  inertKnob,
  knobNotYet,
  knobRemoved,
  lengthOverModel,
  lengthsOfTokenIds,
  lengthsWithoutTokenizer,
  loadKnobWithoutEffect,
  noModel,
  notAChoice,
  oneProgram,
  openWithoutRate,
  outOfRange,
  outputOverLimit,
  overBudget,
  peakAndRate,
  peakBounds,
  peakWithoutLimits,
  peakWithoutOpen,
  prefixOverPrompt,
  requestOverLength,
  rulesetForbids,
  rulesetPrompts,
  rulesetSampling,
  scenarioWithoutRuleset,
  serverRunsAlready,
  stopNeverJudged,
  stopWithoutLoad,
  sweepOfEngineKnob,
  tokensToChat,
  tooManyGpus,
  undoesEarlier,
  uniqueAndShared,
  unknownKnob,
  unknownMember,
  unknownMetric,
  unknownStatistic,
  unknownVariable,
  unsupportedKnob,
  workersWithCap,
  workersWithChunks,
  workersWithQueries,
  workloadMember,
  wrongType,
];
