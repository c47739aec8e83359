import type { ChartSpec } from "./chart.ts";
import { asMap } from "../../schema/json.ts";

/** What a row of panels says for each of them: in Vega-Lite it would be of the row itself, which is none of these. */
const ofPanels: ReadonlySet<string> = new Set([
  "facet",
  "spec",
  "layer",
  "encoding",
  "mark",
  "width",
  "height",
  "resolve",
]);

/** The panels of a row (`hconcat` at the top), each with all that the row says; any other specification is one panel. */
export function panelsOf(spec: ChartSpec): ChartSpec[] {
  const { hconcat, ...row } = spec;
  return Array.isArray(hconcat) ? (hconcat as ChartSpec[]).map((panel) => withCommon(row, panel)) : [spec];
}

/** A specification as one drawing, in plain Vega-Lite. */
export function wholeOf(spec: ChartSpec): ChartSpec {
  const { hconcat, ...row } = spec;
  if (!Array.isArray(hconcat)) return spec;
  const members = Object.entries(row);
  const common = Object.fromEntries(members.filter(([name]) => ofPanels.has(name)));
  return {
    ...Object.fromEntries(members.filter(([name]) => !ofPanels.has(name))),
    hconcat: (hconcat as ChartSpec[]).map((panel) => withCommon(common, panel)),
  };
}

/** A panel with what its row says for all: transforms one after the other, objects member by member, in all else the panel's own. */
function withCommon(common: ChartSpec, own: ChartSpec): ChartSpec {
  const merged: ChartSpec = { ...common, ...own };
  for (const [name, shared] of Object.entries(common)) {
    const its = own[name];
    if (its === undefined) continue;
    if (name === "transform") merged[name] = [shared, its].flat();
    else if (asMap(shared) && asMap(its)) merged[name] = withCommon(shared as ChartSpec, its as ChartSpec);
  }
  return merged;
}
