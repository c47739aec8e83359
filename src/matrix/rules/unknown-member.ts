import { availability, engineWithVersion } from "../engine/knob-catalogue.ts";
import { membersOfSetting, type WrittenMember } from "../engine/knob-members.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { nearest, listed } from "../yaml/nearest.ts";

/**
 * A member that the map of a knob does not have: the engine refuses it. A slip of the pen is an error; a name that nothing is near
 * may be one of another build, and is a warning.
 */
export const unknownMember: Rule = {
  code: "unknown-member",
  severity: "error",
  eachSystem: true,
  check({ study, settings, catalogue }) {
    const found = new Map<string, RuleFinding>();
    for (const { knob, pointer, values, where } of settings) {
      const setting = membersOfSetting(knob, values, catalogue);
      if (setting === null) continue;
      for (const member of setting.written) {
        const name = `${setting.whole}.${member.path}`;
        const said = found.has(name) ? null : wordingOf(study, setting.whole, Object.keys(setting.members), member);
        if (said === null) continue;
        const isSetting = name === knob;
        found.set(name, { pointer: isSetting ? pointer : member.pointer, aim: "key", ...said });
        if (where === "exclude") found.delete(name);
      }
    }
    return [...found.values()];
  },
};

function wordingOf(
  study: LintContext["study"],
  knob: string,
  names: readonly string[],
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
  const outer = path.slice(0, path.lastIndexOf(".") + 1);
  const siblings = names.filter((name) => name.startsWith(outer) && !name.slice(outer.length).includes("."));
  const near = nearest(path, siblings);
  const message = `\`${knob}\` of ${engine} has no member \`${path}\``;
  if (near !== null) return { message, hint: `did you mean \`${near}\`?` };
  const hint = `it has ${listed(siblings.map((name) => name.slice(outer.length)))}; keep it only where your build has it`;
  return { message, hint, severity: "warning" };
}
