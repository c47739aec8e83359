import type { ArmDifference } from "../math/comparisons-with-best.ts";
import { benjaminiHochberg, holm, sidak } from "../math/corrections.ts";
import { studentTQuantile } from "../math/distributions.ts";
import { dunnettP, dunnettQuantile } from "../math/dunnett.ts";
import { countText } from "../math/figures.ts";
import { remembered } from "../math/remembered.ts";
import { mean } from "../math/statistics.ts";
import type { Contrast } from "../schema/experiment.ts";
import { significanceLevel } from "./rules.ts";

/** One contrast of a family, on the scale of logarithms or, where a launch measured zero, of the values. */
export interface FamilyMember extends ArmDifference {
  /** Contrasts of one group share their control; groups share nothing. */
  group: string;
  /** Of this contrast alone. */
  p: number;
}

export interface Corrected {
  pAdjusted: number;
  correction: string;
  /** |t| from which this contrast is found where it is the only effect. */
  criticalT: number;
}

/** A way to correct, and the |t| that a single effect must reach. */
interface Correction {
  name: string;
  adjust: (members: readonly FamilyMember[]) => number[];
  criticalT: (member: FamilyMember, members: readonly FamilyMember[]) => number;
}

const firstStep = ({ degreesOfFreedom }: FamilyMember, members: readonly FamilyMember[]): number =>
  studentTQuantile(1 - significanceLevel / (2 * members.length), degreesOfFreedom);

const dunnett: Correction = {
  name: "Dunnett",
  adjust(members) {
    const groups = Map.groupBy(members, ({ group }) => group);
    return members.map((member) => {
      if (member.standardError === 0) return member.p;
      const p = dunnettP(member.estimate / member.standardError, loadingsOf(groups, member), member.degreesOfFreedom);
      return sidak(p, groups.size);
    });
  },
  criticalT(member, members) {
    const groups = Map.groupBy(members, ({ group }) => group);
    const level = (1 - significanceLevel) ** (1 / groups.size);
    // The mean loading is enough for power, and equal loadings are summed faster.
    const loadings = loadingsOf(groups, member);
    return equalQuantile(level, loadings.length, mean(loadings)!, member.degreesOfFreedom);
  },
};

const equalQuantile = remembered((level: number, members: number, loading: number, degreesOfFreedom: number): number =>
  dunnettQuantile(level, Array<number>(members).fill(loading), degreesOfFreedom),
);

function loadingsOf(groups: ReadonlyMap<string, readonly FamilyMember[]>, { group }: FamilyMember): number[] {
  return (groups.get(group) ?? []).map(({ loading }) => loading);
}

const corrections: Record<Contrast["family"], Correction> = {
  isolation: dunnett,
  stack: dunnett,
  step: { name: "Holm", adjust: (members) => holm(members.map(({ p }) => p)), criticalT: firstStep },
  combination: {
    name: "Benjamini–Hochberg",
    adjust: (members) => benjaminiHochberg(members.map(({ p }) => p)),
    criticalT: firstStep,
  },
};

/** `Dunnett over 4 changes`. */
export function correctionText(family: Contrast["family"], changes: number): string {
  return `${corrections[family].name} over ${countText(changes, "change")}`;
}

/** Corrected p of all contrasts of one family and metric, in their order: one and the same test for every number of blocks. */
export function correctFamily(family: Contrast["family"], members: readonly FamilyMember[]): Corrected[] {
  const correction = corrections[family];
  const adjusted = correction.adjust(members);
  return members.map((member, index) => ({
    pAdjusted: adjusted[index]!,
    correction: correctionText(family, members.length),
    criticalT: correction.criticalT(member, members),
  }));
}
