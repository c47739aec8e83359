import type { RuleTable } from "../rule.ts";
import { accuracyRules } from "./accuracy.ts";
import { axesRules } from "./axes.ts";
import { changesRules } from "./changes.ts";
import { classesRules } from "./classes.ts";
import { duplicatesRules } from "./duplicates.ts";
import { enginesRules } from "./engines.ts";
import { exclusionsRules } from "./exclusions.ts";
import { figuresRules } from "./figures.ts";
import { knobNamesRules } from "./knob-names.ts";
import { knobValuesRules } from "./knob-values.ts";
import { lengthsRules } from "./lengths.ts";
import { loadRules } from "./load.ts";
import { peakRules } from "./peak.ts";
import { promptsRules } from "./prompts.ts";
import { requestsRules } from "./requests.ts";
import { rulesetsRules } from "./rulesets.ts";
import { sutRules } from "./sut.ts";
import { versionsRules } from "./versions.ts";
import { workersRules } from "./workers.ts";
import { workloadMembersRules } from "./workload-members.ts";

/** Every rule, by the code of its diagnostic. */
export const rules: RuleTable = {
  ...accuracyRules,
  ...axesRules,
  ...changesRules,
  ...classesRules,
  ...duplicatesRules,
  ...enginesRules,
  ...exclusionsRules,
  ...figuresRules,
  ...knobNamesRules,
  ...knobValuesRules,
  ...lengthsRules,
  ...loadRules,
  ...peakRules,
  ...promptsRules,
  ...requestsRules,
  ...rulesetsRules,
  ...sutRules,
  ...versionsRules,
  ...workersRules,
  ...workloadMembersRules,
};
