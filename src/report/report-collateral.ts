import type { ReportCollateral } from "./report-input.ts";

/** Of one contrast, so many paths are shown; the rest is counted. */
const shownPaths = 12;

/** What moved beside the declared changes, contrast by contrast. */
export function collateralSection(all: readonly ReportCollateral[]): object {
  return {
    compared: all.filter(({ unknown }) => unknown === null).length,
    rows: all.flatMap(({ treatment, control, moved }) =>
      moved.slice(0, shownPaths).map((one) => ({
        treatment,
        control,
        path: one.path,
        before: one.control,
        after: one.treatment,
      })),
    ),
    varying: [
      ...new Map(all.flatMap(({ varying }) => varying).map((one) => [`${one.arm} ${one.path}`, one])).values(),
    ].slice(0, shownPaths),
    more: all
      .filter(({ moved }) => moved.length > shownPaths)
      .map(({ treatment, control, moved }) => ({
        treatment,
        control,
        more: moved.length - shownPaths,
      })),
    unknown: [
      ...Map.groupBy(
        all.filter(({ unknown }) => unknown !== null),
        ({ unknown }) => unknown ?? "",
      ),
    ].map(([why, contrasts]) => ({ why, contrasts: contrasts.length })),
  };
}
