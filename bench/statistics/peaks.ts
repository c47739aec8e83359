import { decisions } from "../../src/analysis/decisions.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import { nextRate } from "../../src/design/peak/rates.ts";
import { createRandom, type Random } from "../../src/math/random.ts";
import { formatRows } from "../../src/report/index.ts";
import { peakOf, type PeakFound, type PeakTry } from "../../src/schema/peak-found.ts";
import type { Peak } from "../../src/schema/study.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../../tests/support/fake-trials.ts";
import type { Section } from "../statistics.ts";
import { percentOf } from "./percent.ts";

const peak: Peak = { from: 4, to: null, tolerance: 0.05, most: 12, share: 0.99, sustain: true };
const [blocks, steepness] = [4, 15];

const lines = [400, 2000].flatMap((requests) =>
  [0.01, 0.02, 0.04].flatMap((sd) => [1, 1.1, 1.2].map((truth) => ({ requests, sd, truth }))),
);

/** How often rows that were searched for their peaks are told apart. */
export function peaksSection(studies: number): Section {
  const rows = lines.map(({ requests, sd, truth }) => {
    const random = createRandom(`peaks ${requests} ${sd} ${truth}`);
    let [ship, reject, byP] = [0, 0, 0];
    for (let at = 0; at < studies; at += 1) {
      const capacity = 17 * 2 ** random.next();
      const compared = sustained(random, { requests, sd }, [capacity, capacity * truth]);
      const [outcome, alone] = [compared.study, { ...compared.study, peaks: [] }].map(
        (study) => decisions(study, compared.trials)[1]!.outcome,
      );
      ship += Number(outcome === "SHIP");
      reject += Number(outcome === "REJECT");
      byP += Number(alone === "SHIP" || alone === "REJECT");
    }
    const shares = [ship, reject, byP].map((count) => percentOf(count / studies));
    return [requests, percentOf(sd, 0), truth === 1 ? "none" : `+${percentOf(truth - 1, 0)}`, ...shares];
  });
  const text = `A baseline and one change, each searched for its peak from ${peak.from} requests a second with a tolerance of 5 %, and sustained there in ${blocks} blocks.
${studies.toLocaleString("en")} studies a line: 1 % of the requests miss their limits at the capacity, and more as its ${steepness}th power; the capacity differs from
launch to launch by the standard deviation that is given. *By p*: SHIP or REJECT if only p decided, which repeats the peaks and not
the searches. SHIP and REJECT are those of the rule in [matrix-language.md](matrix-language.md#peak).

${formatRows(["Requests of a probe", "Between launches", "True effect", "SHIP", "REJECT", "By p"], rows, "markdown")}`;
  return { text, misses: [] };
}

interface Noise {
  requests: number;
  sd: number;
}

/** A study of rows with these capacities. */
function sustained(random: Random, { requests, sd }: Noise, capacities: readonly number[]) {
  const withinSlo = (rate: number, capacity: number): number =>
    100 * Math.max(0, 1 - poisson(random, requests * 0.01 * (rate / capacity) ** steepness) / requests);
  const launched = (capacity: number): number => capacity * Math.exp(sd * random.normal());
  const peaks = capacities.map((capacity, index): PeakFound => {
    const own = launched(capacity);
    const tries: PeakTry[] = [];
    const judged = () => tries.map(({ rate, outcome }) => ({ rate, held: outcome === "held" }));
    for (let rate = nextRate(peak, judged()); rate !== null; rate = nextRate(peak, judged())) {
      const share = withinSlo(rate, own);
      const outcome = share >= 100 * peak.share ? "held" : "broke";
      tries.push({ rate, outcome, withinSlo: share, why: "", tookS: null, savedS: null });
    }
    const row = index === 0 ? "baseline" : "change";
    return { row, workload: "chat", share: peak.share, tries, peak: peakOf(judged()), undecided: null };
  });
  const experiments = peaks.map((found, index) =>
    fakeExperiment(found.row, index, { "load.rate": found.peak! }, { workload: { name: "chat" } }),
  );
  const trials = experiments.flatMap((experiment, index) => [
    ...Array.from({ length: blocks }, (_, block) => {
      const rate = peaks[index]!.peak!;
      const goodput = (rate * withinSlo(rate, launched(capacities[index]!))) / 100;
      return withFigures(fakeTrial(experiment, { replicate: block + 1 }), [["goodput", "value", goodput]]);
    }),
    fakeTrial(experiment, { purpose: "accuracy" }),
  ]);
  const contrast = { treatment: "change", control: "baseline", changed: {}, family: "isolation" } as const;
  const study: ComparedStudy = { experiments, contrasts: [contrast], fidelity: "valid", peak, peaks };
  return { study, trials };
}

/** A count of this mean, by the gaps between events; a large one by its normal approximation. */
function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let count = -1;
  for (let at = 0; at <= mean; at += random.exponential(1)) count += 1;
  return count;
}
