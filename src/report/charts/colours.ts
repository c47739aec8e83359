import type { ChartParams } from "./chart.ts";

/** What says no more than that it was looked at has the page's own ink, as a mark and as a text. */
const plainInk = {
  HOLD: "var(--ink, #1a1e23)",
  "NO EFFECT": "var(--ink, #1a1e23)",
  SKIPPED: "var(--ink-3, #5d656e)",
  "by point": "var(--ink, #1a1e23)",
  "": "var(--ink, #1a1e23)",
};

/** What a decision is drawn in, of marks (`hues`) and of texts (`inks`), as every specification finds it: `hues[datum.decision]`. */
export const decisionColours: ChartParams = {
  hues: {
    SHIP: "var(--ship, #0072b2)",
    REJECT: "var(--reject, #d55e00)",
    "TRADE-OFF": "var(--tradeoff, #b27600)",
    CONDITIONAL: "var(--conditional, #b9628f)",
    BASELINE: "var(--baseline, #79828b)",
    ...plainInk,
  },
  inks: {
    SHIP: "var(--ship-ink, #00639b)",
    REJECT: "var(--reject-ink, #b04a00)",
    "TRADE-OFF": "var(--tradeoff-ink, #8a5a00)",
    CONDITIONAL: "var(--conditional-ink, #9a4674)",
    BASELINE: "var(--ink-2, #474f58)",
    ...plainInk,
  },
};
