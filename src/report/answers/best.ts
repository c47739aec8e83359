import { rounded } from "../numbers.ts";
import type { Answer } from "../answer.ts";
import { namesOf } from "../answer-words.ts";
import { asksForBest, type BestOfCell } from "../../schema/best.ts";
import { isDoubtful } from "../../schema/effect.ts";
import type { ReportInput } from "../report-input.ts";
import { bestSaid } from "../relations/best.ts";
import { metricWords } from "../relations/wording.ts";

/** Sentences of the answer, each of all workloads and loads with the same best; the table has all. */
const MOST_SENTENCES = 3;

/**
 * Of a combination, whose baseline is one configuration among the others: the best of many. Null of other designs, where nothing can be
 * told, and where a best one is rejected or its figure in doubt: then the decisions alone are the answer.
 */
export function bestAnswer({
  study,
  best = [],
  decisions,
}: Pick<ReportInput, "study" | "best" | "decisions">): Answer | null {
  const rejected = new Set(
    decisions.flatMap((one) => (one.outcome === "REJECT" || isDoubtful(one) ? one.experiment : [])),
  );
  const told = best.filter(({ arms }) => arms.some(({ standing }) => standing === "best"));
  const isRejected = told.some(({ arms }) =>
    arms.some(({ experiment, standing }) => standing === "best" && rejected.has(experiment)),
  );
  if (!asksForBest(study) || told.length === 0 || isRejected) return null;
  const said = bestSaid(told).map((one, at) => ({ ...one, cell: told[at] }));
  const groups = [...Map.groupBy(said, ({ best: name, rest }) => `${name}${rest}`).values()];
  const shown = groups.slice(0, MOST_SENTENCES);
  const more = best.length - shown.reduce((sum, own) => sum + own.length, 0);
  return {
    main:
      shown
        .map((own) => {
          const { where, best: name, rest, cell } = own[0]!;
          const at = where === "" ? "" : ` for ${namesOf(own.map((one) => one.where))}`;
          return `Best${at}: ${name}${own.length === 1 ? levelText(cell) : ""}${rest}.`;
        })
        .join(" ") + (more === 0 ? "" : ` ${more} more below.`),
    because: [],
  };
}

/** ` (8123 tok/s)` */
function levelText(cell: BestOfCell | undefined): string {
  const arm = cell?.arms.find(({ standing }) => standing === "best");
  if (cell === undefined || arm?.value == null) return "";
  const words = metricWords(`${cell.metric} ${cell.stat}`);
  return ` (${rounded(arm.value)} ${arm.unit === "tok/s" ? "tok/s" : `${arm.unit} ${words}`})`;
}
