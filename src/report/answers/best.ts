import { fixed } from "../numbers.ts";
import type { Answer } from "../answer.ts";
import { figureText } from "../../math/figures.ts";
import type { BestOfCell } from "../../schema/best.ts";
import type { ReportInput } from "../report-input.ts";
import { bestSaid } from "../relations/best.ts";
import { metricWords } from "../relations/wording.ts";

/** Workloads and loads of which the answer names the best; the table has all. */
const MOST_CELLS = 4;

/** Of a combination, whose baseline is one configuration among the others: the best of many. Null of other designs, and where nothing can be told. */
export function bestAnswer({ study, best = [] }: Pick<ReportInput, "study" | "best">): Answer | null {
  const told = best.filter(({ arms }) => arms.some(({ standing }) => standing === "best"));
  if (study.design !== "combination" || told.length === 0) return null;
  const shown = told.slice(0, MOST_CELLS);
  const more = best.length - shown.length;
  return {
    main:
      bestSaid(shown)
        .map(
          ({ where, best: name, rest }, at) =>
            `Best${where === "" ? "" : ` for ${where}`}: ${name}${levelText(shown[at])}${rest}.`,
        )
        .join(" ") + (more === 0 ? "" : ` ${more} more below.`),
    because: [],
  };
}

/** ` (8123 tok/s)` */
function levelText(cell: BestOfCell | undefined): string {
  const arm = cell?.arms.find(({ standing }) => standing === "best");
  if (cell === undefined || arm?.value == null) return "";
  const words = metricWords(`${cell.metric} ${cell.stat}`);
  return ` (${arm.value < 1000 ? figureText(arm.value) : fixed(arm.value, 0)} ${arm.unit === "tok/s" ? "tok/s" : `${arm.unit} ${words}`})`;
}
