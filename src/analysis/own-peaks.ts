import { figureText, percentText } from "../math/figures.ts";
import { configurationName } from "../schema/experiment.ts";
import { judgedRates, rateBounds, type PeakFound } from "../schema/peak-found.ts";
import type { Pool } from "./pool.ts";
import type { ComparedStudy } from "./study.ts";

/** Two sides that ran at unlike rates, since each was searched for its own peak. */
export interface OwnPeaks {
  /** Why the searches cannot tell them apart; empty where they can. */
  confounds: string[];
  caveats: string[];
}

/**
 * Trials at two peaks repeat each side at its own rate, so that their p and interval ignore the error of the searches, each of one launch.
 * The higher peak is told from the lower one where it exceeds the rate that broke the lower by more than a search's tolerance.
 * Null where the sides ran at one rate, and where nothing was searched.
 */
export function ownPeaks(
  { peak: asked, peaks = [] }: Pick<ComparedStudy, "peak" | "peaks">,
  treatment: Pool,
  control: Pool,
): OwnPeaks | null {
  const [own, other] = [treatment, control].map((pool) => peakOf(peaks, pool));
  if (!asked || own?.peak == null || other?.peak == null || own.peak === other.peak) return null;
  const lower = own.peak < other.peak ? own : other;
  const { broke } = rateBounds(judgedRates(lower.tries));
  const rates = `each side ran at its own peak, ${figureText(own.peak)} against ${figureText(other.peak)} requests/s, each found by one search`;
  const isTold = broke !== null && Math.max(own.peak, other.peak) > broke * (1 + asked.tolerance);
  if (isTold) return { confounds: [], caveats: [`${rates}, whose error no interval includes`] };
  const by =
    broke === null
      ? `no rate broke that of ${lower.row}`
      : `the higher would have to lie more than ${percentText(asked.tolerance)} above ${figureText(broke)}, which broke the lower; sweep \`load.rate\` to compare them at the same rates`;
  return { confounds: [`${rates}, and these cannot be told apart: ${by}`], caveats: [] };
}

/** The search that ended at the rate of these trials. */
function peakOf(peaks: readonly PeakFound[], { trials: [trial] }: Pool): PeakFound | undefined {
  if (trial === undefined) return undefined;
  const { labels, knobs } = trial;
  const name = configurationName(labels);
  return peaks.find(
    ({ row, workload, peak }) => row === name && workload === labels.workload && peak === knobs["load.rate"],
  );
}
