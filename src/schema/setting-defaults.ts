import { memberOf, sameJson, type Json } from "./json.ts";
import { isClientKnob, nameInScope } from "./knob.ts";
import type { Study } from "./study.ts";
import { sutOf } from "./sut.ts";
import { clientSettingIn } from "./workload.ts";

/**
 * What is in force for a setting where nothing sets it: the engine's default, what `sut` says, or what all workloads agree on.
 * Undefined where it depends, or where nobody knows.
 */
export function settingDefault(study: Study, name: string): Json | undefined {
  if (isClientKnob(name)) return commonOfWorkloads(study, name);
  const member = nameInScope(name, "sut");
  if (member === null) return memberOf(study.engine.knobs, name)?.default as Json | undefined;
  const { version, model, revision, tokenizer, devices, extraArgs } = sutOf(study, {});
  const own = { engine: study.declaredEngine, version, model, revision, tokenizer, devices, extra_args: extraArgs };
  return memberOf<Json>(own, member) ?? undefined;
}

function commonOfWorkloads(study: Study, name: string): Json | undefined {
  const [first, ...others] = study.workloads.map((workload) => clientSettingIn(workload, name));
  return others.every((other) => sameJson(other, first)) ? first : undefined;
}
