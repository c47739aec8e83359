import { loadCurves } from "../../schema/load-curve.ts";
import type { Rule } from "../rule.ts";

/** A curve of single loads: its report would say nothing about capacity. */
export const curveWithoutLoad: Rule = {
  code: "curve-without-load",
  severity: "warning",
  check({ study, expansion }) {
    if (study.design.kind !== "curve" || study.peak !== null || loadCurves(expansion.experiments).length > 0) return [];
    return [
      {
        pointer: "/design",
        aim: "value",
        message: "a curve goes over the loads of a sweep, and none is swept: there will be figures, and no knee",
        hint: "sweep `load.concurrency` in a closed loop or `load.rate` in an open one: `sweep: { load.concurrency: [1, 4, 16, 64] }`",
      },
    ];
  },
};
