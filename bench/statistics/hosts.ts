import type { Effect } from "../../src/schema/effect.ts";
import { onHosts, threeHosts, type VirtualHost } from "../../tests/laboratory/virtual-hosts.ts";
import type { PlantedEffect } from "../../tests/laboratory/virtual-laboratory.ts";
import { formatRows } from "../../src/report/index.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Section } from "../statistics.ts";
import {
  conditions,
  designs,
  runVirtualStudies,
  tally,
  type Condition,
  type Finding,
  type VirtualStudies,
} from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

/** Studies of one order and noise, on other hosts than one. */
export interface HostLine {
  name: string;
  condition: Condition;
  rules?: VirtualStudies["rules"];
  /** True where the blocks absorb all that lies between the hosts, so that every effect is that of one host. */
  isSame: boolean;
}

const blocks = 6;
const usual = conditions.Gaussian;
const leaveOut = { strayHost: { above: 0.05, leaveOut: true } };
const straying: VirtualHost[] = [...threeHosts(0.02), { name: "n4", shift: Math.log(0.8) }];

/** Every second block goes on on the next host from its middle on. */
function movedHalfway(hosts: readonly VirtualHost[]): NonNullable<Condition["inOrder"]> {
  return (specs) => {
    const ofBlock = Map.groupBy(specs, ({ block }) => block);
    return onHosts(hosts, ({ block, position }: TrialSpec) => {
      const own = ofBlock.get(block)!;
      const isLater = block % 2 === 0 && own.findIndex((one) => one.position === position) >= own.length / 2;
      return (block - 1 + Number(isLater)) % hosts.length;
    });
  };
}

export const oneHost: HostLine = {
  name: "one host",
  condition: { ...usual, ...onHosts(threeHosts(0), () => 0) },
  isSame: true,
};

export const hostLines: HostLine[] = [
  oneHost,
  ...[0, 0.02, 0.05].map((share) => ({
    name: `three hosts, ±${percentOf(share, 0)}`,
    condition: { ...usual, ...onHosts(threeHosts(share)) },
    isSame: true,
  })),
  {
    name: "three hosts, ±5 %, leave_out",
    condition: { ...usual, ...onHosts(threeHosts(0.05)) },
    rules: leaveOut,
    isSame: false,
  },
  {
    name: "four hosts, one at -20 %, leave_out",
    condition: { ...usual, ...onHosts(straying) },
    rules: leaveOut,
    isSame: false,
  },
  {
    name: "three hosts, ±5 %, blocks move halfway",
    condition: { ...usual, inOrder: movedHalfway(threeHosts(0.05)) },
    isSame: false,
  },
];

/** Each change on the third host and all else on the first: 5 % of the host look like an effect. */
export const armsApart: Condition = {
  ...usual,
  ...onHosts(threeHosts(0.05), ({ experiment }) => (experiment === "baseline" ? 0 : 2)),
};

const someEffects: PlantedEffect[] = [
  { knobs: { quantization: "fp8" }, throughput: 1.06 },
  { knobs: { enforce_eager: true }, throughput: 0.95 },
];

/** The studies of a line, with some effects or with none. */
export function studiesOf({ condition, rules }: Pick<HostLine, "condition" | "rules">, some: boolean, studies: number) {
  return [
    ...runVirtualStudies({
      design: designs.isolation,
      blocks,
      condition,
      planted: some ? someEffects : [],
      studies,
      seed: `hosts ${some}`,
      ...(rules && { rules }),
    }),
  ];
}

/** True of findings that are the same but for rounding, decisions too. */
export function isSameFindings(left: readonly Finding[], right: readonly Finding[]): boolean {
  return left.every(({ effect, outcome }, at) => {
    const other = right[at]!;
    return (
      outcome === other.outcome && figuresOf(effect).every((one, place) => isNear(one, figuresOf(other.effect)[place]!))
    );
  });
}

function figuresOf({ ratio, interval, p, pAdjusted }: Effect): number[] {
  return [ratio, interval?.lower, interval?.upper, p, pAdjusted].map((one) => one ?? Number.NaN);
}

function isNear(left: number, right: number): boolean {
  return Object.is(left, right) || Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left));
}

const leastCoverage = 0.935;
const mostErrors = 0.065;
const mostFalse = 0.05;

/** Errors of whole studies on several hosts, beside the same studies on one. */
export function hostsSection(studies: number): Section {
  const misses: string[] = [];
  const [none, some] = [false, true].map((withEffects) => studiesOf(oneHost, withEffects, studies)) as [
    Finding[][],
    Finding[][],
  ];
  const rows = hostLines.map((line) => hostRow(line, { none, some }, studies, misses));
  const apart = tally(studiesOf({ condition: armsApart }, false, studies)).byTruth.get(1)!;
  const held = (apart.outcomes.get("HOLD") ?? 0) / apart.contrasts;
  if (held < 1) misses.push(`arms on unlike hosts: HOLD in ${percentOf(held)}, always`);
  const count = studies.toLocaleString("en");
  const text = `The same studies on one host and on several: each line is ${count} studies of four changes in ${blocks} blocks without any effect, and
${count} in which one change gives +6 % and one -5 %; the noise of a trial is 2 %.

- *Three hosts* take the blocks in turn: of ±5 % one is 5 % slower than the second, and one faster. *Same*: studies whose ratios,
  intervals and p agree with those on one host to nine digits, and whose decisions are equal. Target: all, where nothing is left out and no
  block moves.
- *leave_out*: by \`stray_host: { above: 0.05, leave_out: true }\`. Chance decides about hosts at the limit, and whether most of four
  lie within it. *Blocks move halfway*: every second block goes on on another host from its middle on.
- *Coverage* of the 95 % intervals, with and without effects. *False SHIPs* and *false REJECTs*: their number per study without any effect.
  *+6 % found*: its corrected p is below 0.05. Targets: coverage of at least 93.5 %, family-wise error of at most 6.5 %, at most 0.05 false
  SHIPs and false REJECTs per study.

${formatRows(["Hosts", "Same", "Coverage", "Family-wise error", "False SHIPs", "False REJECTs", "+6 % found"], rows, "markdown")}
Where the changes ran on a host that is about 10 % faster than the baseline's, ${percentOf(held, 0)} of the decisions are HOLD, confounded. Target: all.
`;
  return { text, misses };
}

function hostRow(
  line: HostLine,
  onOne: { none: Finding[][]; some: Finding[][] },
  studies: number,
  misses: string[],
): string[] {
  const { name, isSame } = line;
  const none = line === oneHost ? onOne.none : studiesOf(line, false, studies);
  const some = line === oneHost ? onOne.some : studiesOf(line, true, studies);
  const pairs = [...none.map((own, at) => [own, onOne.none[at]!]), ...some.map((own, at) => [own, onOne.some[at]!])];
  const same = pairs.filter(([own, other]) => isSameFindings(own!, other!)).length / pairs.length;
  const [quiet, moved] = [tally(none), tally(some)];
  const coverage = (quiet.covered + moved.covered) / (quiet.intervals + moved.intervals);
  const errors = { "family-wise error": quiet.familyErrors / studies };
  const wrong = { "false SHIPs": quiet.falseShips / studies, "false REJECTs": quiet.falseRejects / studies };
  if (isSame && same < 1) misses.push(`${name}: same as on one host in ${percentOf(same)}, always`);
  if (coverage < leastCoverage) misses.push(`${name}: coverage ${percentOf(coverage)}, at least 93.5 %`);
  for (const [what, share] of Object.entries({ ...errors, ...wrong })) {
    const most = what in errors ? mostErrors : mostFalse;
    if (share > most) misses.push(`${name}: ${what} ${percentOf(share)}, at most ${percentOf(most)}`);
  }
  console.error(`${name}: same ${percentOf(same)}, coverage ${percentOf(coverage)}`);
  const found = moved.byTruth.get(1.06)!;
  return [
    name,
    percentOf(same),
    percentOf(coverage),
    ...Object.values({ ...errors, ...wrong }).map((share) => percentOf(share)),
    percentOf(found.found / found.contrasts),
  ];
}
