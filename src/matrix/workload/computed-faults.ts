import type { ComputedResult } from "../../schema/computed.ts";
import { WorkloadMembers, type Workload } from "../../schema/workload.ts";
import { computedHint, ofExpression, placeOfComputed } from "../computed-values.ts";
import { oncePerPlace, type LintContext, type RuleFinding } from "../rule.ts";
import { hasShape, shapeFaultOf } from "../yaml/shape.ts";

type MemberSchema = { [keyword: string]: unknown } & {
  anyOf?: MemberSchema[];
  properties?: { [member: string]: MemberSchema };
};

/** Computed members of workloads whose value their shape refuses, by the code of what is wrong: a value that is written would have that diagnostic. */
export function computedMemberFaults(context: LintContext, code: string): RuleFinding[] {
  const { study, expansion } = context;
  const workloads = new Map(study.workloads.map((workload) => [workload.name, workload]));
  const found = expansion.results.flatMap((result): RuleFinding[] => {
    const workload = workloads.get(result.workload);
    const schema = workload === undefined ? null : schemaOf(workload, result);
    if (schema === null || hasShape(schema, result.value)) return [];
    const fault = shapeFaultOf(result.setting.split(".").at(-1)!, schema, result.value);
    if (fault?.code !== code) return [];
    const message = `${fault.message}${ofExpression(result)}`;
    return [{ pointer: placeOfComputed(context, result), aim: "value", message, hint: computedHint }];
  });
  return oncePerPlace(found);
}

/** The shape of a computed member that the workload itself writes; null of a setting. */
function schemaOf(workload: Workload, { setting, expression }: ComputedResult): MemberSchema | null {
  const isOwn = workload.computed?.some((one) => one.path === setting && one.expression === expression) === true;
  if (!isOwn) return null;
  const whole: object = WorkloadMembers;
  let schema: MemberSchema | undefined = whole as MemberSchema;
  let inside: unknown = workload;
  for (const name of setting.split(".")) {
    const kind = (inside as { kind?: string } | null)?.kind;
    const branches: MemberSchema[] = schema?.anyOf ?? (schema === undefined ? [] : [schema]);
    const ofKind = branches.filter(({ properties }) => properties?.["kind"]?.["const"] === kind);
    schema = ofKind.map(({ properties }) => properties?.[name]).find((one) => one !== undefined);
    inside = (inside as { [member: string]: unknown } | null | undefined)?.[name];
  }
  return schema ?? null;
}
