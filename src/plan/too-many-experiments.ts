import { countText } from "../math/figures.ts";
import { sizeOf } from "../design/index.ts";
import { axesOfStudy, diagnosticOf } from "../matrix/index.ts";
import { lengthOfRange, mostPoints } from "../schema/axis.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Study } from "../schema/study.ts";

/** A plan of so many takes some seconds and about a gigabyte; no engine is measured so often. */
const mostExperiments = 200_000;
const mostTrials = 1_000_000;

/** A study that is too large to be made, with what makes it so; null of any other. Nothing of it was made. */
export function tooManyExperiments(study: Study): Diagnostic | null {
  const long = axesOfStudy(study).find(({ range }) => range !== undefined && lengthOfRange(range) > mostPoints);
  if (long?.range !== undefined) return tooManyPoints(study, long.name, long.pointer, lengthOfRange(long.range));
  const { experiments, factors, axes } = sizeOf(study);
  if (experiments <= mostExperiments) return tooManyTrials(study, experiments);
  const byFactors = factors.length > 1;
  const parts = byFactors ? factors : axes;
  const place = byFactors ? "/design/factors" : axes.length > 0 ? "/sweep" : "/design";
  const made = parts.length > 1 ? ` (${parts.join(" × ")} ${byFactors ? "combinations" : "points"})` : "";
  return diagnosticOf(study, place, {
    code: "too-many-experiments",
    severity: "error",
    message: `this is ${figure(experiments)} experiments${made}, and a plan has at most ${figure(mostExperiments)}`,
    hint: "take values out, or make a study for each part of the question; `exclude` counts only afterwards",
  });
}

function tooManyPoints(study: Study, name: string, pointer: string, points: number): Diagnostic {
  const by = study.locations.has(`${pointer}/factor`) ? "factor" : "step";
  return diagnosticOf(
    study,
    pointer,
    {
      code: "too-many-experiments",
      severity: "error",
      message: `\`${name}\` has ${figure(points)} points, and a range has at most ${figure(mostPoints)}`,
      hint: `raise \`${by}\`, or lower \`to\``,
    },
    "value",
  );
}

function tooManyTrials(study: Study, experiments: number): Diagnostic | null {
  const trials = experiments * study.repeats;
  if (trials <= mostTrials) return null;
  return diagnosticOf(study, "/repeats", {
    code: "too-many-experiments",
    severity: "error",
    message: `this is ${figure(trials)} trials (${figure(experiments)} experiments, each ${countText(study.repeats, "time")}), and a plan has at most ${figure(mostTrials)}`,
    hint: "ask for fewer repeats: `plan` says what change so many can detect",
  });
}

/** 16,777,216. */
function figure(count: number): string {
  return count >= 1e15 ? count.toExponential(1) : count.toLocaleString("en-US");
}
