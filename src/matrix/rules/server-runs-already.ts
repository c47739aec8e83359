import { runsAlready } from "../../schema/engine.ts";
import { engineIsReplaced, variesOnServer } from "../../schema/sut.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { oncePerKnob } from "../settings.ts";
import { adviceOnSetting } from "../yaml/advice.ts";

/**
 * A setting that only a start could apply, of a server that somebody else started. Where the command line put the server in the
 * place of the matrix's engine it is a warning, and the rows that set it are SKIPPED.
 */
export const serverRunsAlready: Rule = {
  code: "server-runs-already",
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
      hint: "vary what the client decides: `load.…`, `dataset.…`, `arrivals.…`, `sampling.…`; or `sut.model`, where the server has several",
      ...(isReplaced ? { severity: "warning" as const } : {}),
    });
    return [
      ...oncePerKnob(context.settings.filter(({ where }) => where !== "exclude")).flatMap(
        ({ knob, pointer, where, elsewhere }) => {
          // Of an engine's knob in a sweep `sweep-of-engine-knob` says it.
          const isSaid = where === "sweep" && catalogue.find(knob) !== null;
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
};

/** True of a setting that a server which runs already cannot take. A client's setting under a wrong name is none: `unknown-knob` says the right one. */
export function isRefusedByServer({ study, catalogue }: LintContext, knob: string): boolean {
  if (!runsAlready(study.engine) || variesOnServer(knob)) return false;
  if (catalogue.find(knob) !== null) return true;
  return (adviceOnSetting(knob, (setting) => catalogue.find(setting) !== null)?.message ?? null) === null;
}
