import type { ReportCollateral } from "../report-input.ts";
import { code, relationOf, text } from "./relation.ts";

/** Of one contrast, so many paths are shown; the rest is counted. */
const shownPaths = 12;

/** What moved beside the declared changes, contrast by contrast. */
export function collateralRelation(all: readonly ReportCollateral[]) {
  const relation = relationOf(
    "collateral",
    all.flatMap(({ treatment, control, moved }) =>
      moved
        .slice(0, shownPaths)
        .map((one) => ({ treatment, control, path: one.path, before: one.control, after: one.treatment })),
    ),
    [
      text("treatment", "Treatment", ({ treatment }) => treatment),
      text("control", "Control", ({ control }) => control),
      code("path", "Path", ({ path }) => path),
      code("control_value", "Control value", ({ before }) => ({ value: before })),
      code("treatment_value", "Treatment value", ({ after }) => ({ value: after })),
    ],
  );
  const varying = new Map(all.flatMap((one) => one.varying).map((one) => [`${one.arm} ${one.path}`, one]));
  const unknown = Map.groupBy(
    all.flatMap((one) => one.unknown ?? []),
    (why) => why,
  );
  const facts = {
    contrasts: all.length,
    /** Contrasts of which something is known. */
    compared: all.filter((one) => one.unknown === null).length,
    varying: [...varying.values()].slice(0, shownPaths),
    more: all
      .filter(({ moved }) => moved.length > shownPaths)
      .map(({ treatment, control, moved }) => ({ treatment, control, more: moved.length - shownPaths })),
    unknown: [...unknown].map(([why, contrasts]) => ({ why, contrasts: contrasts.length })),
  };
  return { relation, facts };
}
