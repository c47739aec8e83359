import { runsAlready } from "../../schema/engine.ts";
import { memberOf } from "../../schema/json.ts";
import { clientScopesInWords, nameInScope } from "../../schema/knob.ts";
import { engineIsReplaced, variesOnServer } from "../../schema/sut.ts";
import { settableSut } from "../../schema/sut-file.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { oncePerKnob, placeOfSut } from "../settings.ts";
import { adviceOnSetting } from "../yaml/advice.ts";
import { plainWord } from "../yaml/nearest.ts";

export const sutRules: RuleTable = {
  /** A row without a model, or with a name that no file and no hub can have: the engine would be started with it. */
  "no-model": {
    severity: "error",
    eachSystem: true,
    check({ study }) {
      const { model, standIn, locations } = study;
      if (standIn !== null) return [];
      if (model === "" && !locations.has("/sut/model")) {
        const hint = "name it in `sut`, or in each of the `systems`: a folder, or a name of the hub: org/name";
        return [{ pointer: "/sut", aim: "key", message: "`sut` lacks `model`", hint }];
      }
      const isEmpty = model.trim() === "";
      // eslint-disable-next-line no-control-regex -- control characters are what this looks for
      if (!isEmpty && !/[\u0000-\u001f]/.test(model)) return [];
      const message = isEmpty ? "`sut.model` names no model" : "`sut.model` holds a character that no name can have";
      return [
        {
          pointer: placeOfSut(study, "model", model),
          aim: "value",
          message,
          hint: "a folder, or a name of the hub: org/name",
        },
      ];
    },
  },
  /** Arguments that are passed as they are. One that a knob stands for is refused: as a knob it is checked and compared. */
  "extra-args": {
    severity: "warning",
    eachSystem: true,
    check({ study }) {
      if (runsAlready(study.engine)) return []; // `server-runs-already` says it
      const knobOfFlag = new Map<string, string>();
      for (const [name, { flag, negation }] of Object.entries(study.engine.knobs)) {
        for (const option of [flag, negation]) if (option !== undefined) knobOfFlag.set(plainOption(option), name);
      }
      const place = placeOfSut(study, "extra_args", study.extraArgs);
      let understood = true;
      const found = study.extraArgs.flatMap((argument, index): RuleFinding[] => {
        if (!argument.startsWith("-")) return [];
        const [flag = ""] = argument.split("=");
        const setByUs = memberOf(study.engine.notKnobs, plainOption(flag));
        if (setByUs !== undefined) {
          const message = `\`${flag}\` is not an option of a matrix: ${setByUs}`;
          return [{ pointer: `${place}/${index}`, aim: "value", message, hint: "take it out", severity: "error" }];
        }
        const knob = knobOfFlag.get(plainOption(flag));
        if (knob === undefined) {
          understood = false;
          return [];
        }
        const message = `\`${argument}\` is the knob \`${knob}\``;
        const hint = `set \`${knob}\` in baseline.knobs or in a row, so that it is checked and compared`;
        return [{ pointer: `${place}/${index}`, aim: "value", message, hint, severity: "error" }];
      });
      if (understood) return found;
      const message =
        "extra arguments are hashed and shown, but not understood: nothing checks them against the engine";
      const hint = "use a knob where there is one; `ceteris plan` shows the command line";
      return [...found, { pointer: place, aim: "key", message, hint }];
    },
  },
  /**
   * A setting that only a start could apply, of a server that somebody else started. Where the command line put the server in the
   * place of the matrix's engine it is a warning, and the rows that set it are SKIPPED.
   */
  "server-runs-already": {
    severity: "error",
    eachSystem: true,
    check(context) {
      const { study, catalogue } = context;
      if (!runsAlready(study.engine)) return [];
      const declares: Record<string, string[]> = { extra_args: study.extraArgs, prefix: study.prefix };
      const isReplaced = engineIsReplaced(study);
      const finding = (name: string, pointer: string, elsewhere = ""): RuleFinding => ({
        pointer,
        aim: "key",
        message: `\`${name}\` takes effect when an engine is started, and this server runs already${isReplaced ? ": the rows that set it are SKIPPED" : ""}${elsewhere}`,
        hint: `vary what the client decides: ${clientScopesInWords}; or \`sut.model\`, where the server has several`,
        ...(isReplaced ? { severity: "warning" as const } : {}),
      });
      return [
        ...oncePerKnob(context.settings.filter(({ where }) => where !== "exclude")).flatMap(
          ({ knob, pointer, where, elsewhere }) => {
            // Of an engine's knob in a sweep `sweep-of-engine-knob` says it, of what `sut` alone has `workload-member`.
            const member = nameInScope(knob, "sut");
            const isOfSutAlone = member !== null && !Object.hasOwn(settableSut, member);
            const isSaid = isOfSutAlone || (where === "sweep" && catalogue.find(knob) !== null);
            return isSaid || !isRefusedByServer(context, knob) ? [] : [finding(knob, pointer, elsewhere)];
          },
        ),
        ...["extra_args", "prefix"].flatMap((member) =>
          study.locations.has(`/sut/${member}`) && declares[member]!.length > 0
            ? [finding(member, `/sut/${member}`)]
            : [],
        ),
      ];
    },
  },
  /** More trials than the study says it may have. */
  "over-budget": {
    severity: "error",
    check({ study, trials }) {
      if (study.trialBudget === null || trials <= study.trialBudget) return [];
      const message = `the plan has ${trials} trials, and the budget is ${study.trialBudget}`;
      const hint = "raise `budget.trials`, lower `repeats`, or take rows out";
      return [{ pointer: "/budget/trials", aim: "value", message, hint }];
    },
  },
};

/** True of a setting that a server which runs already cannot take. A client's setting under a wrong name is none: `unknown-knob` says the right one. */
export function isRefusedByServer({ study, catalogue }: LintContext, knob: string): boolean {
  if (!runsAlready(study.engine) || variesOnServer(knob)) return false;
  if (catalogue.find(knob) !== null) return true;
  return (adviceOnSetting(knob, (setting) => catalogue.find(setting) !== null)?.message ?? null) === null;
}

/** An option by its name alone, however it is spelled: vLLM takes `--max_num_seqs` as well. */
function plainOption(option: string): string {
  return plainWord(option.replace(/=.*$/, ""));
}
