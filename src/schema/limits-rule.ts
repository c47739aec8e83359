import { canonicalJson } from "./json.ts";
import type { Measurement } from "./measurement.ts";
import type { Workload } from "./workload.ts";

const before = "; limits ";

/** How goodput was counted, with the limits that it was counted by: an SLO is part of no id, and may change between trials. */
export function underLimits(rule: string, { slo, classes }: Pick<Workload, "slo" | "classes">): string {
  const ofClasses = classes.flatMap((one) => (one.slo === undefined ? [] : [[one.name, one.slo] as const]));
  const limits = ofClasses.length === 0 ? slo : { ...slo, classes: Object.fromEntries(ofClasses) };
  return limits === null ? rule : `${rule}${before}${canonicalJson(limits)}`;
}

/** The limits that a figure was counted by; null of a figure without any, and of trials that did not note them. */
export function limitsOf({ rule }: Pick<Measurement, "rule">): string | null {
  return rule.split(before)[1] ?? null;
}
