import { benjaminiHochberg, holm, sidak } from "../math/corrections.ts";
import { studentTQuantile } from "../math/distributions.ts";
import { dunnettP, dunnettQuantile } from "../math/dunnett.ts";
import { mostFlippedBlocks, signFlipP, smallestFlipP } from "../math/sign-flips.ts";
import type { Contrast } from "../schema/experiment.ts";
import { significanceLevel } from "./rules.ts";
import { countText } from "./words.ts";

/** One contrast of a family, on the scale of logarithms. */
export interface FamilyMember {
  /** Contrasts of one group share their control; groups share nothing. */
  group: string;
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  /** From the model alone. */
  p: number;
  /** Square root of the correlation that two contrasts have by their control: see `dunnettP`. */
  loading: number;
  /** Treatment less control in each block that holds both. */
  differences: readonly number[];
}

export interface Corrected {
  p: number;
  pAdjusted: number;
  correction: string;
  /** |t| from which this contrast is found where it is the only effect. */
  criticalT: number;
  /** True where p comes from permuting blocks and not from the model. */
  permuted: boolean;
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
    return dunnettQuantile(level, loadingsOf(groups, member), member.degreesOfFreedom);
  },
};

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

/**
 * p and corrected p of all contrasts of one family and metric, in their order. p is the model's; by exact permutation of blocks
 * instead only where the smallest corrected p that permutation can reach lies below the level, for all of them alike.
 */
export function correctFamily(family: Contrast["family"], members: readonly FamilyMember[]): Corrected[] {
  const permuted = permutationHelps(
    members.length,
    Math.min(...members.map(({ differences }) => differences.length)),
    Math.max(...members.map(({ differences }) => differences.length)),
  );
  const correction = corrections[family];
  const asGiven = permuted ? members.map((member) => ({ ...member, p: signFlipP(member.differences) })) : members;
  // Dunnett's correction is made of the model's t; a permuted p has none.
  const used = permuted && correction === dunnett ? corrections.step : correction;
  const adjusted = used.adjust(asGiven);
  const critical = new Map<string, number>();
  return asGiven.map((member, index) => {
    const key = `${member.group} ${member.degreesOfFreedom}`;
    if (!critical.has(key)) critical.set(key, correction.criticalT(member, members));
    return {
      p: member.p,
      pAdjusted: adjusted[index]!,
      correction: `${used.name} over ${countText(members.length, "change")}`,
      criticalT: critical.get(key)!,
      permuted,
    };
  });
}

/** The smallest p that permuting so many blocks can reach after a family of so many contrasts. */
export function smallestPermutedP(contrasts: number, blocks: number): number {
  return Math.min(1, contrasts * smallestFlipP(blocks));
}

/** The rule: three blocks cannot go below 0.25, so permuting them could find nothing. */
export function permutationHelps(contrasts: number, fewestBlocks: number, mostBlocks = fewestBlocks): boolean {
  return mostBlocks <= mostFlippedBlocks && smallestPermutedP(contrasts, fewestBlocks) < significanceLevel;
}
