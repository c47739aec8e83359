import { usedGpus } from "../schema/used-devices.ts";
import { countText, eachOnce } from "../math/figures.ts";
import { asText } from "../schema/json.ts";
import { kindAnswer } from "./answers/index.ts";
import type { ReportKind } from "../schema/report-kind.ts";
import { forestOf } from "./forest.ts";
import { kindOf } from "./kind.ts";
import { originOf } from "./origin.ts";
import type { ReportInput } from "./report-input.ts";
import { tilesOf } from "./tiles.ts";
import type { FirstScreen } from "./writers/html/page.ts";

/** The chart that a kind's first screen shows above the tiles, where the study has it. */
const leadCharts: Partial<Record<ReportKind, string>> = {
  curve: "load_latency",
  duel: "pairs",
  peak: "peak",
  accuracy: "accuracy",
};

/** What the page of a study shows first: where its numbers come from, the answer, every change, and how far to trust them. */
export function firstScreen(input: Omit<ReportInput, "queries">): FirstScreen {
  const { study } = input;
  const ids = new Set(study.experiments.map(({ id }) => id));
  const trials = input.trials.filter(
    ({ spec }) => ids.has(spec.experimentId) && spec.purpose !== "probe" && spec.fidelity === study.fidelity,
  );
  const ours = { ...input, trials };
  const origin = originOf(ours);
  const forest = forestOf(ours);
  const kind = input.kind ?? kindOf(input);
  const isProbed = kind === "peak" && input.summaries.every(({ of }) => of === 0);
  return {
    title: study.name,
    question: study.question,
    origins: origin.tags,
    originNote: origin.simulated
      ? `Every number comes from a simulated engine: nothing was measured on hardware.${study.standIn === null ? "" : ` ${study.standIn}`}`
      : study.standIn,
    context: contextOf(ours),
    answer: kindAnswer(ours),
    lead: leadCharts[kind] ?? null,
    // Rows of baselines alone compare nothing, probes have no row, and a checklist asks how it was measured.
    forest: study.contrasts.length === 0 || kind === "checklist" || isProbed ? { ...forest, rows: [] } : forest,
    tiles: tilesOf(ours),
  };
}

/** Model, engine, hardware, workloads, fidelity, date and study, as far as they are known. */
function contextOf({ study, trials }: Pick<ReportInput, "study" | "trials">): string[] {
  const gpus = trials.flatMap(({ provenance }) => usedGpus(provenance).map(({ name }) => asText(name) ?? ""));
  const versions = trials.map(({ provenance }) => asText(provenance?.engine["version"]) ?? "");
  const version = versions.find((one) => one !== "") ?? study.version ?? "";
  const systems = study.systems ?? [];
  const engines = systems.map((one) => `${one.engineTitle} ${one.version ?? ""}`.trim());
  const workloads = (study.workloads ?? []).map(({ name }) => name);
  const ran = trials.filter(({ spec }) => spec.purpose === "performance");
  const blocks = new Set(ran.map(({ spec }) => Math.floor(spec.block)));
  const last = trials
    .map(({ startedAt }) => startedAt)
    .toSorted()
    .at(-1);
  return [
    eachOnce(systems.length === 0 ? [study.model] : systems.map(({ model }) => model)),
    eachOnce(systems.length === 0 ? [`${study.engineTitle} ${version}`.trim()] : engines),
    eachOnce(gpus.filter((one) => one !== "")),
    workloads.join(", "),
    `fidelity ${study.fidelity}, ${countText(blocks.size || study.repeats, "block")}`,
    last?.slice(0, 10) ?? "",
    `study ${study.name}`,
  ].filter((part) => part !== "");
}
