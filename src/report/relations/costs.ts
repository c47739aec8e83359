import { saidOf } from "../../math/figures.ts";
import { costFigures } from "../../schema/cost-figures.ts";
import { pricePerHour } from "../../schema/price.ts";
import type { Trial } from "../../schema/trial.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { plain } from "../numbers.ts";
import { number, type Cell, type ColumnOf } from "./relation.ts";
import { countedTrials, trialFigures } from "./counted-trials.ts";
import { figureOf } from "./wording.ts";

/** What tokens cost, in money and in energy, as far as prices and measurements tell. */
export interface Costs {
  /** US dollars for a million output tokens; null where price, GPUs or throughput are not known. */
  perMtok: (row: ReportSummary) => number | null;
  /** Output tokens per joule of the GPUs; null where no energy was measured. */
  tokensPerJoule: (row: ReportSummary) => number | null;
  /** Whether a row of the study has the figure. */
  hasPrice: boolean;
  hasEnergy: boolean;
  /** What the figures rest on, in sentences. */
  notes: string[];
}

/** The costs of a study's configurations, from the price that its matrix states and the energy of its trials. */
export function costsOf({ study, trials, summaries }: Pick<ReportInput, "study" | "trials" | "summaries">): Costs {
  const ids = new Map(study.experiments.map(({ id, labels }) => [labels.name, id]));
  const pooled = (row: ReportSummary): Trial[] => countedTrials(trials, ids.get(row.experiment), row);
  const perMtok = (row: ReportSummary): number | null => {
    const perHour = pricePerHour(study.price, row.gpus, pooled(row));
    const rate = figureOf(row, "output_throughput", "value");
    return perHour === null || rate === null || rate <= 0 ? null : (perHour / (rate * 3600)) * 1e6;
  };
  const tokensPerJoule = (row: ReportSummary): number | null => {
    if (!row.figuresAreUsable) return null;
    const energies = trialFigures(pooled(row), "energy_per_token", "value");
    if (energies.length === 0 || energies.some((energy) => energy <= 0)) return null;
    return Math.exp(-energies.reduce((sum, energy) => sum + Math.log(energy), 0) / energies.length);
  };
  const hasPrice = summaries.some((row) => perMtok(row) !== null);
  const hasEnergy = summaries.some((row) => tokensPerJoule(row) !== null);
  const notes = saidOf(
    hasPrice && `USD/Mtok: ${costFigures.cost_per_mtok.definition.replaceAll("`", "")} ${priceText(study.price)}`,
    hasEnergy && `tok/J: ${costFigures.tokens_per_joule.definition.replaceAll("`", "")}`,
  );
  return { perMtok, tokensPerJoule, hasPrice, hasEnergy, notes };
}

/** The columns of costs that there are figures for; in brackets where they come from trials that are INVALID. */
export function costColumns<Item>(
  { perMtok, tokensPerJoule, hasPrice, hasEnergy }: Costs,
  summaryOf: (item: Item) => ReportSummary,
): (ColumnOf<Item> | false)[] {
  const decimals = 3;
  const costOf = (item: Item): Cell => {
    const row = summaryOf(item);
    return { value: perMtok(row), bracketed: !row.figuresAreUsable };
  };
  return [
    hasPrice && number(costFigures.cost_per_mtok.id, "USD/Mtok", costOf, { decimals }),
    hasEnergy &&
      number(costFigures.tokens_per_joule.id, "tok/J", (item) => tokensPerJoule(summaryOf(item)), { decimals }),
  ];
}

/** `Price: 3.99 USD an hour for a GPU, as the matrix states it.` */
function priceText(price: ReportInput["study"]["price"]): string {
  if (price === undefined) return "";
  if ("perGpuHour" in price) return `Price: ${plain(price.perGpuHour)} USD an hour for a GPU, as the matrix states it.`;
  return `Prices: ${price.title}, on ${price.date} (${price.source}).`;
}
