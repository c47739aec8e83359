import { countText } from "../../../math/figures.ts";
import type { Forest, ForestRow } from "../../forest.ts";
import { namedByOutcome } from "../../relations/decisions.ts";
import { ratioAxis } from "./axis.ts";
import { caterpillar } from "./caterpillar.ts";
import { escapeHtml } from "./escape.ts";
import { forestRows, forestTable, sharedBackground } from "./forest.ts";
import { byOutcome } from "./marks.ts";
import { singleChange } from "./single-change.ts";
import { filterOf, keyOf } from "./strip.ts";

/** Up to so many changes rows have two lines; above so many they are folded by decision. */
const [MOST_FULL, MOST_OPEN] = [20, 200];
/** Of each decision that the answer names, its largest effects. */
const NAMED_OF_EACH = 3;

/** What the page shows of the changes, and whether it is so long that the tiles stand above it. */
export interface ChangesHtml {
  html: string;
  isLong: boolean;
}

/** Every change: one as a strip of its own, few as rows of two lines, many of one line, very many in a fold for each decision. */
export function changesHtml(forest: Forest, origin: string): ChangesHtml {
  const changes = forest.rows.filter(({ outcome }) => outcome !== "BASELINE");
  const [only] = changes;
  if (only === undefined && forest.rows.length === 0) return { html: "", isLong: false };
  if (changes.length === 1 && only?.own != null && only.why === null)
    return { html: singleChange(forest, only, origin), isLong: false };
  if (changes.length <= MOST_FULL) return { html: forestTable(forest, origin), isLong: false };
  if (changes.length <= MOST_OPEN) return { html: forestTable(forest, origin, "compact"), isLong: true };
  return { html: folded(forest, changes, origin), isLong: true };
}

/** All changes by their effect, then the rows that the answer names, then the others, a fold for each decision. */
function folded(forest: Forest, changes: readonly ForestRow[], origin: string): string {
  const axis = ratioAxis(forest);
  const named = namedOf(changes);
  const baselines = forest.rows.filter(({ outcome }) => outcome === "BASELINE").slice(0, 1);
  const others = changes.filter((row) => !named.includes(row));
  const folds = byOutcome(others).map(([outcome, rows]) => {
    const label = `${outcome}: ${countText(rows.length, named.length === 0 ? "change" : "other change")}`;
    const table = forestRows({ ...forest, rows }, axis, "compact", label);
    return `<details><summary>${escapeHtml(label)}</summary>\n${table}\n</details>`;
  });
  const first = [...baselines, ...named];
  return `<div class="key">${keyOf(forest, false)}${origin}${filterOf(forest)}</div>
${caterpillar(forest, axis, named)}
${named.length === 0 ? "" : forestRows({ ...forest, rows: first }, axis, "full", "The changes that the answer names")}
${folds.join("\n")}
${sharedBackground(axis)}`;
}

/** Of each decision that the answer names its largest effects. */
function namedOf(changes: readonly ForestRow[]): ForestRow[] {
  return namedByOutcome(changes.filter(({ own }) => own !== null)).flatMap((own) => own.slice(0, NAMED_OF_EACH));
}

/** The rows that long tables of the page have of a study of very many changes: its baselines, and what the answer names; null where tables have all. */
export function shownChanges({ rows }: Forest): ReadonlySet<string> | null {
  const baselines = rows.filter(({ outcome }) => outcome === "BASELINE");
  const changes = rows.filter(({ outcome }) => outcome !== "BASELINE");
  if (changes.length <= MOST_OPEN) return null;
  return new Set([...baselines, ...namedOf(changes)].map(({ name }) => name));
}
