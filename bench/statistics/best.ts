import type { PlantedEffect } from "../../tests/laboratory/virtual-laboratory.ts";
import { formatRows } from "../../src/report/index.ts";
import type { Section } from "../statistics.ts";
import { conditions, designs, runBestOfMany, type BestFinding } from "../virtual-studies.ts";
import { percentOf } from "./percent.ts";

type Name = keyof typeof conditions;
type DesignName = keyof typeof designs;

const blocks = 4;
/** One is the best; another comes near it, and the rest do nothing. */
const near: PlantedEffect[] = [
  { knobs: { quantization: "fp8" }, throughput: 1.06 },
  { knobs: { enforce_eager: true }, throughput: 0.97 },
];
const leastHeld = 0.95;
const rounding = 0.0005;

const names = (Object.keys(conditions) as Name[]).filter((name) => name !== "fast trials INVALID");
const lines: { name: Name; design: DesignName }[] = [
  ...names.map((name) => ({ name, design: "isolation" as const })),
  ...(["Gaussian", "heavy tails", "one arm 5 times as noisy", "20 % missing"] as const).map((name) => ({
    name,
    design: "combination" as const,
  })),
];

/** How often the truly best configuration is among those that cannot be told from the best. */
export function bestSection(studies: number): Section {
  const misses: string[] = [];
  const rows = lines.map(({ name, design }) => {
    const all = (planted: readonly PlantedEffect[]) => [
      ...runBestOfMany({
        design: designs[design],
        blocks,
        condition: conditions[name],
        planted,
        studies,
        seed: `best ${name} ${design} ${planted.length}`,
      }),
    ];
    const equal = all([]).flat();
    const planted = all(near);
    const shares = {
      "all equal": shareOf(equal),
      "noisy arm": equal.some(({ isNoisy }) => isNoisy) ? shareOf(equal.filter(({ isNoisy }) => isNoisy)) : null,
      "one best": shareOf(planted.flatMap(trueBest)),
    };
    for (const [what, share] of Object.entries(shares)) {
      if (share !== null && share < leastHeld - rounding)
        misses.push(`${name}, ${design}, ${what}: the best is held in ${percentOf(share)}, at least 95 %`);
    }
    console.error(
      `${name}, ${design}: held ${Object.values(shares)
        .map((share) => (share === null ? "–" : percentOf(share)))
        .join(", ")}`,
    );
    const sizes = planted.map((findings) => findings.filter(({ mayBeBest }) => mayBeBest).length);
    const alone = planted.filter((findings, at) => sizes[at] === 1 && trueBest(findings)[0]!.mayBeBest).length;
    return [
      name,
      design,
      ...Object.values(shares).map((share) => (share === null ? "" : percentOf(share))),
      (sizes.reduce((sum, size) => sum + size, 0) / studies).toFixed(1),
      design === "combination" ? "" : percentOf(alone / studies),
    ];
  });
  const text = `Which of many configurations is the best: those that cannot be told from it (Hsu's multiple comparisons with the best, on the
model above). Each line is ${studies.toLocaleString("en")} studies in which all configurations are equal, and as many with one best; ${blocks} blocks,
noise and conditions as above. *Isolation* has five configurations, *combination* eight.

- *All equal*: any of them is the truly best one, which is the worst case for it; the share of studies in which it is in the set,
  averaged over which one it is. *Noisy arm*: where it is the noisy one.
- *One best*: one knob +6 %, another -3 %, the rest nothing; in the factorial two cells are the best alike, and each counts. *Set*:
  how many configurations are in it. *Alone*: studies in which the set is the best one and no other.
- Target: the truly best one is in the set in at least 95 % of the studies.

${formatRows(["Condition", "Design", "All equal", "Noisy arm", "One best", "Set", "Alone"], rows, "markdown")}`;
  return { text, misses };
}

function shareOf(findings: readonly BestFinding[]): number {
  return findings.filter(({ mayBeBest }) => mayBeBest).length / findings.length;
}

/** Those that are as good as the best. */
function trueBest(findings: readonly BestFinding[]): BestFinding[] {
  const best = Math.max(...findings.map(({ truth }) => truth));
  return findings.filter(({ truth }) => truth > best - 1e-12);
}
