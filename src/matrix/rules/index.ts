import type { Rule } from "../rule.ts";
import { accuracyWithoutReferences } from "./accuracy-without-references.ts";
import { alreadyMade } from "./already-made.ts";
import { arrivalsWithoutOpen } from "./arrivals-without-open.ts";
import { cannotRun } from "./cannot-run.ts";
import { changesNothing } from "./changes-nothing.ts";
import { closedWithoutConcurrency } from "./closed-without-concurrency.ts";
import { collateral } from "./collateral.ts";
import { compoundChange } from "./compound-change.ts";
import { concurrencyAboveRequests } from "./concurrency-above-requests.ts";
import { duplicateExperiment } from "./duplicate-experiment.ts";
import { duplicateId } from "./duplicate-id.ts";
import { emptyDistribution } from "./empty-distribution.ts";
import { excludeMatchesNothing } from "./exclude-matches-nothing.ts";
import { excludedBaseline } from "./excluded-baseline.ts";
import { extraArgs } from "./extra-args.ts";
import { gatesNotJudged } from "./gates-not-judged.ts";
import { inertKnob } from "./inert-knob.ts";
import { knobNotYet } from "./knob-not-yet.ts";
import { knobRemoved } from "./knob-removed.ts";
import { loadKnobWithoutEffect } from "./load-knob-without-effect.ts";
import { notAChoice } from "./not-a-choice.ts";
import { openWithoutRate } from "./open-without-rate.ts";
import { outOfRange } from "./out-of-range.ts";
import { overBudget } from "./over-budget.ts";
import { sweepOfEngineKnob } from "./sweep-of-engine-knob.ts";
import { tooManyGpus } from "./too-many-gpus.ts";
import { undoesEarlier } from "./undoes-earlier.ts";
import { unknownKnob } from "./unknown-knob.ts";
import { unsupportedKnob } from "./unsupported-knob.ts";
import { wrongType } from "./wrong-type.ts";

/** Code of the diagnostic, which is the rule's file, to the rule. */
export const rules: Record<string, Rule> = {
  "accuracy-without-references": accuracyWithoutReferences,
  "already-made": alreadyMade,
  "arrivals-without-open": arrivalsWithoutOpen,
  "cannot-run": cannotRun,
  "changes-nothing": changesNothing,
  "closed-without-concurrency": closedWithoutConcurrency,
  collateral,
  "compound-change": compoundChange,
  "concurrency-above-requests": concurrencyAboveRequests,
  "duplicate-experiment": duplicateExperiment,
  "duplicate-id": duplicateId,
  "empty-distribution": emptyDistribution,
  "exclude-matches-nothing": excludeMatchesNothing,
  "excluded-baseline": excludedBaseline,
  "extra-args": extraArgs,
  "gates-not-judged": gatesNotJudged,
  "inert-knob": inertKnob,
  "knob-not-yet": knobNotYet,
  "knob-removed": knobRemoved,
  "load-knob-without-effect": loadKnobWithoutEffect,
  "not-a-choice": notAChoice,
  "open-without-rate": openWithoutRate,
  "out-of-range": outOfRange,
  "over-budget": overBudget,
  "sweep-of-engine-knob": sweepOfEngineKnob,
  "too-many-gpus": tooManyGpus,
  "undoes-earlier": undoesEarlier,
  "unknown-knob": unknownKnob,
  "unsupported-knob": unsupportedKnob,
  "wrong-type": wrongType,
};
