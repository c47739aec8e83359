import type { TSchema } from "typebox";
import { expressionOf } from "../../schema/computed.ts";
import { DatasetDeclaration } from "../../schema/dataset-declaration.ts";
import { memberOf } from "../../schema/json.ts";
import { nameInScope } from "../../schema/knob.ts";
import { SutFile, settableSut } from "../../schema/sut-file.ts";
import { ArrivalDeclaration, Cancellation, usedDatasets, type Workload } from "../../schema/workload.ts";
import { computedHint, ofExpression, settingsByValue } from "../computed-values.ts";
import { runningUnder, type RuleFinding, type RuleTable } from "../rule.ts";
import { narrowedTo, workloadsUnder, type Setting, type SettingValue } from "../settings.ts";
import { ofServer, twoServices } from "../yaml/advice.ts";
import { meant } from "../yaml/nearest.ts";
import { sourceOf, type SourceAt } from "../yaml/places.ts";
import { hasShape, remedyOf, shown } from "../yaml/shape.ts";

interface Branch {
  properties: { [member: string]: { const?: string; description?: string } };
}

const sections = ["dataset", "arrivals", "cancel"] as const;
const schemas: Record<(typeof sections)[number], object> = {
  dataset: DatasetDeclaration,
  arrivals: ArrivalDeclaration,
  cancel: Cancellation,
};

export const workloadMembersRules: RuleTable = {
  /** A member of the dataset or of the arrivals that a row, a factor or an axis sets, and that a workload does not have or not so; a member of `sut` that there is not. */
  "workload-member": {
    severity: "error",
    check(context) {
      const { study, expansion } = context;
      const sourceAt: SourceAt = (pointer) => sourceOf(study.locations, pointer);
      const asked = (knob: string, pointer: string): Workload[] =>
        workloadsUnder(study.workloads, pointer).filter(({ name }) =>
          runningUnder(expansion, name).some(({ knobs }) => Object.hasOwn(knobs, knob)),
        );
      return said(
        settingsByValue(context).flatMap(({ knob, pointer, values, where }): RuleFinding[] => {
          if (where === "exclude") return [];
          const sut = nameInScope(knob, "sut");
          if (sut !== null) return faultOfSut(sut, pointer, values, sourceAt);
          for (const scope of sections) {
            const member = nameInScope(knob, scope);
            if (member === null) continue;
            for (const workload of asked(knob, pointer)) {
              const fault = faultOf(scope, member, workload, values, sourceAt);
              if (fault === null) continue;
              const reader = study.workloads.find((other) => faultOf(scope, member, other, values, sourceAt) === null);
              const narrow = reader === undefined ? {} : { hint: narrowedTo(reader, knob, workload) };
              return [{ ...fault, pointer: fault.pointer ?? pointer, ...(fault.pointer === null ? narrow : {}) }];
            }
          }
          return [];
        }),
      );
    },
  },
};

function faultOfSut(member: string, pointer: string, values: Setting["values"], sourceAt: SourceAt): RuleFinding[] {
  const settable = settableSut as { [member: string]: TSchema & { description?: string } };
  const schema = memberOf(settable, member);
  if (schema === undefined) {
    const isThere = memberOf(SutFile.properties, member) !== undefined;
    const message = isThere
      ? `\`${member}\` belongs to \`sut\` alone: nothing else can set it`
      : `\`sut\` has no member \`${member}\``;
    const hint = ofServer.has(member) ? twoServices : meant(member, Object.keys(settable), true);
    return [{ pointer, aim: "key", message, hint }];
  }
  const wrong = values.find(({ value }) => value !== null && expressionOf(value) === null && !hasShape(schema, value));
  if (wrong === undefined) return [];
  const message = `\`sut.${member}\` cannot be ${shownValue(wrong, sourceAt)}`;
  const hint =
    remedyOf(schema, wrong.value, (below) => sourceAt(wrong.pointer + below)) ??
    schema.description ??
    "write it as in `sut` itself";
  return [{ pointer: wrong.pointer, aim: "value", message, hint }];
}

/** One mistake once, in however many places it is written. */
function said(findings: readonly RuleFinding[]): RuleFinding[] {
  return [...Map.groupBy(findings, ({ message }) => message).values()].flatMap(([first]) => first ?? []);
}

function faultOf(
  scope: (typeof sections)[number],
  member: string,
  workload: Workload,
  values: SettingValue[],
  sourceAt: SourceAt,
): (Omit<RuleFinding, "pointer"> & { pointer: string | null }) | null {
  const declared = workload[scope] as { kind?: string } | null;
  const ofClasses = scope === "dataset" && usedDatasets(workload).every(({ requestClass }) => requestClass !== null);
  if (declared === null || ofClasses) {
    const [why, hint] = ofClasses
      ? ["each of its classes has a dataset of its own", "take the axis out: a class has its lengths itself"]
      : scope === "cancel"
        ? ["it cuts off no requests", "write `cancel: { share: 0.1, after_s: 2 }` in the workload"]
        : [`a workload of scenario ${workload.scenario} has no ${scope}`, "take the axis out"];
    const message = `\`${scope}.${member}\` does nothing for \`${workload.name}\`: ${why}`;
    return { pointer: null, aim: "key", message, hint };
  }
  const schema = schemas[scope];
  const branches = "anyOf" in schema ? (schema.anyOf as Branch[]) : [schema as Branch];
  const branch = branches.find(({ properties }) => properties["kind"]?.const === declared.kind);
  if (branch === undefined) return null; // its `kind` has its diagnostic
  const { properties } = branch;
  const property = properties[member];
  if (property === undefined || member === "kind") {
    const known = Object.keys(properties).filter((name) => name !== "kind");
    const what = takers[scope](declared.kind);
    const message = `${what} no \`${member}\`: workload \`${workload.name}\``;
    const kinds = member === "kind" ? [] : branches.flatMap((one) => (member in one.properties ? kindOf(one) : []));
    const hint =
      kinds.length > 0
        ? `it belongs to kind ${kinds.join(" and ")}: write \`${scope}: { kind: ${kinds[0]}, ${member}: … }\` in the workload, and \`${scope}.${member}\` can vary`
        : meant(member, known, true);
    return { pointer: null, aim: "key", message, hint: hint === "" ? "take it out" : hint };
  }
  const wrong = values.find(({ value }) => expressionOf(value) === null && !hasShape(property, value));
  if (wrong === undefined) return null;
  const message = `\`${scope}.${member}\` cannot be ${shownValue(wrong, sourceAt)}`;
  const remedy =
    remedyOf(property, wrong.value, (below) => sourceAt(wrong.pointer + below)) ??
    property.description ??
    "write it as in the workload itself";
  return { pointer: wrong.pointer, aim: "value", message, hint: wrong.result === undefined ? remedy : computedHint };
}

function shownValue({ value, pointer, result }: SettingValue, sourceAt: SourceAt): string {
  return result === undefined ? shown(value, sourceAt(pointer)) : shown(value) + ofExpression(result);
}

/** Who does not take a member, in a message. */
const takers: Record<(typeof sections)[number], (kind?: string) => string> = {
  dataset: (kind) => `a dataset of kind ${kind} takes`,
  arrivals: (kind) => `${kind} arrivals take`,
  cancel: () => "`cancel` takes",
};

function kindOf({ properties }: Branch): string[] {
  return properties["kind"]?.const === undefined ? [] : [properties["kind"].const];
}
