import { unnamedPoints } from "./axes.ts";
import { isRefusedByServer } from "./sut.ts";
import { excludedParts } from "../../schema/exclusion.ts";
import { memberOf } from "../../schema/json.ts";
import { clientScopesInWords, isClientKnob, nameInScope, wholeKnob } from "../../schema/knob.ts";
import { engineIsReplaced } from "../../schema/sut.ts";
import { compareVersions } from "../../schema/version.ts";
import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import { meantMember, membersOfSetting, siblingsOf, type WrittenMember } from "../engine/knob-members.ts";
import { nameOf } from "../row-groups.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";
import { axesOfStudy, isOnlyTakenBack, oncePerKnob, type Setting } from "../settings.ts";
import { adviceOnSetting } from "../yaml/advice.ts";
import { listed, meant, nearest, plainWord } from "../yaml/nearest.ts";

export const knobNamesRules: RuleTable = {
  /**
   * A name that no table has. Where `--sut` put another engine in the matrix's place it is a warning: that engine may well lack
   * a knob that the matrix's own has, and the rows that set it are SKIPPED.
   */
  "unknown-knob": {
    severity: "error",
    eachSystem: true,
    check(context) {
      const axes = new Set(unnamedPoints(context).map(({ axis }) => axis.name));
      return oncePerKnob(context.settings.filter((setting) => !isTakenBack(context, setting)))
        .filter(({ knob }) => context.catalogue.find(knob) === null && !isRefusedByServer(context, knob))
        .filter(({ knob }) => !axes.has(knob)) // `point-id` says it
        .map(({ knob, pointer, elsewhere, where }) => {
          const part = where === "exclude" ? nearest(knob, partsOf(context)) : null;
          const { message, ...said } =
            part === null
              ? knobWording(context, knob)
              : { message: `an \`exclude\` has no \`${knob}\``, hint: `did you mean \`${part}\`?` };
          return { pointer, aim: "key", message: `${message}${elsewhere}`, ...said };
        });
    },
  },
  /**
   * A member that the map of a knob does not have: the engine refuses it. A slip of the pen is an error; a name that nothing is near
   * may be one of another build, and is a warning.
   */
  "unknown-member": {
    severity: "error",
    eachSystem: true,
    check({ study, settings, catalogue }) {
      const found = new Map<string, RuleFinding>();
      for (const { knob, pointer, values, where } of settings) {
        const setting = membersOfSetting(knob, values, catalogue);
        if (setting === null) continue;
        for (const member of setting.written) {
          const name = `${setting.whole}.${member.path}`;
          const said = found.has(name) ? null : memberWording(study, setting, member);
          if (said === null) continue;
          const isSetting = name === knob;
          found.set(name, { pointer: isSetting ? pointer : member.pointer, aim: "key", ...said });
          if (where === "exclude") found.delete(name);
        }
      }
      return [...found.values()];
    },
  },
  /** A knob that the engine file says this system lacks: its rows are SKIPPED, which whoever asked should know. */
  "unsupported-knob": {
    severity: "warning",
    eachSystem: true,
    check: ({ study, catalogue, settings }) =>
      oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }) => {
        const why = catalogue.find(knob)?.definition.unsupported;
        if (why === undefined) return [];
        const message = `${study.engine.title} cannot set \`${knob}\`${elsewhere}, so the rows that set it are SKIPPED: ${why}`;
        return [{ pointer, aim: "key" as const, message, hint: "run it on another engine with --sut, or take it out" }];
      }),
  },
  /** A sweep crosses every row under one configuration of the engine: it takes what the client decides. */
  "sweep-of-engine-knob": {
    severity: "error",
    check: ({ settings, catalogue }) =>
      settings
        .filter(({ knob, where }) => where === "sweep" && !isClientKnob(knob) && catalogue.find(knob) !== null)
        .map(({ knob, pointer }) => {
          const message = `a sweep takes settings of the workload, and \`${knob}\` is the engine's`;
          const hint = `a sweep takes ${clientScopesInWords}; make the engine's knob a row, or a factor of a combination`;
          return { pointer, aim: "key", message, hint };
        }),
  },
  /** A variable with the engine's own prefix that the engine does not know in this version. For another version than the list is of, a name that is not in it is a warning. */
  "unknown-variable": {
    severity: "error",
    eachSystem: true,
    check: ({ study, settings }) =>
      oncePerKnob(settings).flatMap(({ knob, pointer, elsewhere }): RuleFinding[] => {
        const name = nameInScope(knob, "env");
        if (name === null || isOnlyTakenBack(settings, knob)) return [];
        const said = devicesWording(study, name) ?? variableWording(study, name);
        return said === null ? [] : [{ pointer, aim: "key", ...said, message: `${said.message}${elsewhere}` }];
      }),
  },
};

/** Words of an exclusion that are no settings. */
function partsOf({ study }: LintContext): string[] {
  return [...excludedParts, ...axesOfStudy(study).flatMap(({ name, isNamed }) => (isNamed ? [name] : []))];
}

function knobWording(context: LintContext, knob: string): Omit<RuleFinding, "pointer" | "aim"> {
  const { study, catalogue } = context;
  if (nameInScope(knob, "env") !== null) {
    const hint = "write env.NAME: letters, digits and _, no digit first";
    return { message: `\`${knob}\` names no environment variable`, hint };
  }
  const variable = /^(?:\w+\.)?([A-Z][A-Z0-9]*_[A-Z0-9_]+)$/.exec(knob)?.[1];
  if (variable !== undefined && catalogue.find(knob.toLowerCase()) === null)
    return { message: `\`${knob}\` is an environment variable`, hint: `write \`env.${variable}: …\`` };
  const isOwn = !engineIsReplaced(study);
  const setByUs = memberOf(study.engine.notKnobs, plainWord(knob));
  const near = nearest(knob, catalogue.namesLike(knob));
  const isSpelling = near !== null && plainWord(near) === plainWord(knob);
  if (isSpelling) return { message: `\`${knob}\` is not how it is spelled in a matrix`, hint: `write \`${near}\`` };
  const negated = Object.entries(study.engine.knobs).find(
    ([, { negation }]) => negation !== undefined && plainWord(negation) === plainWord(knob),
  )?.[0];
  if (negated !== undefined)
    return { message: `\`${knob}\` is the flag that turns \`${negated}\` off`, hint: `write \`${negated}: false\`` };
  const advice = adviceOnSetting(knob, (setting) => catalogue.find(setting) !== null);
  if (advice?.message != null) return { message: advice.message, hint: advice.hint };
  if (setByUs !== undefined) return { message: `\`${knob}\` is not a knob here: ${setByUs}`, hint: "take it out" };
  const lacks = isClientKnob(knob)
    ? `the client has no knob \`${knob}\``
    : `${engineWithVersion(study)} has no knob \`${knob}\``;
  const hint =
    advice?.hint ?? (isClientKnob(knob) ? meant(knob, catalogue.namesLike(knob)) : nearOrElsewhere(study, near));
  if (isOwn && isOfAnother(study, knob)) return { message: `${lacks}, and ${runsOnIt(context)}`, hint: ownKnobs(knob) };
  if (isClientKnob(knob) || isOwn) return { message: lacks, hint };
  return { message: `${lacks}: the rows that set it are SKIPPED`, hint, severity: "warning" };
}

/** True where a row takes back what another engine of the matrix has. */
function isTakenBack({ study }: LintContext, { knob, values }: Setting): boolean {
  return isOfAnother(study, knob) && values.every(({ value }) => value === null);
}

/** True of a knob that another engine of the matrix has. */
function isOfAnother({ engines }: LintContext["study"], knob: string): boolean {
  return [...engines.values()].some(({ knobs }) => Object.hasOwn(knobs, wholeKnob(knob)));
}

function runsOnIt({ expansion }: LintContext): string {
  const [first, ...others] = new Set(expansion.rows.map((row) => nameOf(row)));
  return others.length === 0 ? `row \`${first}\` runs on it` : `row \`${first}\` and ${others.length} more run on it`;
}

function ownKnobs(knob: string): string {
  return `take it back there with \`${knob}: null\`, or, in a duel, give that side \`knobs:\` of its own in the place of the baseline's`;
}

/** Without a name that is near: where the names are, since nobody reads hundreds of them in a message. */
function nearOrElsewhere({ engine }: LintContext["study"], near: string | null): string {
  if (near !== null) return `did you mean \`${near}\`? If not, pass its flag in \`sut.extra_args\``;
  return `its knobs are listed in sut/${engine.name}.yaml and what that extends (vLLM's in docs/knobs.md); pass the flag of another option in \`sut.extra_args\``;
}

function memberWording(
  study: LintContext["study"],
  { whole: knob, members }: NonNullable<ReturnType<typeof membersOfSetting>>,
  { path, known }: WrittenMember,
): Omit<RuleFinding, "pointer" | "aim"> | null {
  const engine = engineWithVersion(study);
  if (known !== null) {
    const { definition } = known;
    if (availability(definition, study.version) !== "removed") return null;
    const message = `${engine} no longer has \`${path}\` in \`${knob}\`: removed in ${definition.until} or before`;
    return {
      message,
      hint: definition.replacement === undefined ? "take it out" : `instead of it: ${definition.replacement}`,
      severity: "warning",
    };
  }
  const near = meantMember(members, path);
  const message = `\`${knob}\` of ${engine} has no member \`${path}\``;
  if (near !== null) return { message, hint: `did you mean \`${near}\`?` };
  const names = siblingsOf(members, path).map((name) => name.slice(path.lastIndexOf(".") + 1));
  const hint = `it has ${listed(names)}; keep it only where your build has it`;
  return { message, hint, severity: "warning" };
}

/** The variable that chooses the GPUs: it is not refused, and nobody would know how many there are. */
function devicesWording({ engine }: LintContext["study"], name: string): Omit<RuleFinding, "pointer" | "aim"> | null {
  if (name !== engine.devicesVariable) return null;
  const message = `${name} chooses the GPUs, and Ceteris sets it from \`sut.devices\``;
  return { message, hint: "write `sut.devices`, so that the number of GPUs is known", severity: "warning" };
}

function variableWording(study: LintContext["study"], name: string): Omit<RuleFinding, "pointer" | "aim"> | null {
  const { ownVariables, catalogue, version: own } = study.engine;
  const listVersion = catalogue?.version ?? own;
  if (ownVariables === null || !name.startsWith(ownVariables.prefix)) return null;
  const engine = engineWithVersion(study);
  const known = memberOf(ownVariables.names, name);
  if (known === undefined) {
    const there = Object.entries(ownVariables.names).filter(([, one]) => availability(one, study.version) === null);
    const near = nearest(
      name,
      there.map(([one]) => one),
    );
    return {
      message: `${engine} does not know the variable ${name}: ${ownVariables.because}`,
      hint: near === null ? "take it out" : `did you mean ${near}? If not, take it out`,
      ...(study.version !== null && listVersion !== null && compareVersions(study.version, listVersion) === 0
        ? {}
        : { severity: "warning" as const }),
    };
  }
  const { since, replacement = "take it out" } = known;
  const missing = availability(known, study.version);
  if (missing === null) return null;
  const what =
    missing === "removed"
      ? `no longer has the variable ${name}`
      : `does not have the variable ${name} yet: it came in ${since}`;
  return { message: `${engine} ${what}: ${ownVariables.because}`, hint: replacement };
}
