import type { ForestRow } from "../../forest.ts";

/** How an outcome is drawn: its shape in 16 × 16 units around 0, and the class of its hue. Never a colour alone. */
interface Mark {
  shape: string;
  hue: "ship" | "reject" | "trade" | "cond" | "ink" | "base" | "grey";
}

const cross = (stroke: string): string => `<path d="M-5-5l10 10m0-10l-10 10" stroke="${stroke}" stroke-width="2"/>`;

/** Of every outcome and verdict that a row can have, in the order in which a page lists them. */
const marks: Readonly<Record<ForestRow["outcome"], Mark>> = {
  SHIP: {
    hue: "ship",
    shape:
      '<circle r="7" class="f-ship"/><path d="M-3.4 .3l2.4 2.6 4.4-5.4" fill="none" stroke="var(--paper)" stroke-width="2"/>',
  },
  REJECT: {
    hue: "reject",
    shape:
      '<rect x="-6.5" y="-6.5" width="13" height="13" rx="1.5" class="f-reject"/><path d="M-3-3l6 6m0-6l-6 6" stroke="var(--paper)" stroke-width="2"/>',
  },
  "TRADE-OFF": {
    hue: "trade",
    shape:
      '<path d="M0-7l7 7-7 7-7-7z" fill="none" stroke="var(--tradeoff)" stroke-width="1.6"/><path d="M0-7v14l-7-7z" class="f-trade"/>',
  },
  CONDITIONAL: {
    hue: "cond",
    shape: '<path d="M0-6.5l7 12.5h-14z" fill="none" stroke="var(--conditional)" stroke-width="1.8"/>',
  },
  HOLD: {
    hue: "ink",
    shape:
      '<circle r="6.4" fill="none" stroke="var(--ink)" stroke-width="1.5"/><path d="M-2.1-3v6m4.2-6v6" stroke="var(--ink)" stroke-width="1.8"/>',
  },
  "NO EFFECT": { hue: "ink", shape: '<path d="M-5-2.5h10m-10 5h10" stroke="var(--ink)" stroke-width="2"/>' },
  FAILED: { hue: "grey", shape: cross("var(--ink-3)") },
  INVALID: {
    hue: "grey",
    shape:
      '<circle r="6" fill="none" stroke="var(--ink-3)" stroke-width="1.6"/><path d="M-4.2 4.2l8.4-8.4" stroke="var(--ink-3)" stroke-width="1.6"/>',
  },
  SKIPPED: {
    hue: "grey",
    shape: '<path d="M-6 0h12" stroke="var(--ink-3)" stroke-width="2" stroke-dasharray="3 1.5"/>',
  },
  VALID: { hue: "grey", shape: '<circle r="5" fill="none" stroke="var(--ink-3)" stroke-width="1.6"/>' },
  SCREENED: { hue: "grey", shape: '<circle r="5" fill="none" stroke="var(--ink-3)" stroke-width="1.6"/>' },
  "NOT RUN": {
    hue: "grey",
    shape: '<path d="M-6 0h12" stroke="var(--ink-3)" stroke-width="2" stroke-dasharray="1.5 2"/>',
  },
  BASELINE: { hue: "base", shape: '<rect x="-4.5" y="-4.5" width="9" height="9" class="f-base"/>' },
};

/** The class of an outcome's hue in fills and strokes: `f-ship`, `s-ship`. */
export function hueOf(outcome: ForestRow["outcome"]): Mark["hue"] {
  return marks[outcome].hue;
}

/** The mark beside an outcome's word, which says the same. */
export function iconOf(outcome: ForestRow["outcome"]): string {
  return `<svg class="ic" aria-hidden="true" viewBox="-8 -8 16 16">${marks[outcome].shape}</svg>`;
}

/** Rows by their outcomes, in the order of a page. */
export function byOutcome(rows: readonly ForestRow[]): [outcome: ForestRow["outcome"], rows: ForestRow[]][] {
  const order = Object.keys(marks);
  return [...Map.groupBy(rows, ({ outcome }) => outcome)].toSorted(
    ([left], [right]) => order.indexOf(left) - order.indexOf(right),
  );
}
