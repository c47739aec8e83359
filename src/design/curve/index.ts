import { Type } from "typebox";
import { createRandom } from "../../math/random.ts";
import { curveOrder } from "../../schema/own-order.ts";
import type { Experiment } from "../../schema/experiment.ts";
import { loadCurves } from "../../schema/load-curve.ts";
import { ascending } from "../ascending.ts";
import { designKind } from "../design-kind.ts";
import { launchOf } from "../launch-of.ts";

/** No change: the baseline at every point of the axes, and what its curve says about capacity. */
export const curve = designKind({
  members: {
    share: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.99,
        description: "of the requests must meet the workload's slo, or a load does not keep it",
      }),
    ),
  },
  read: ({ share }) => ({
    design: { changes: [], overLoads: true, ...(share === undefined ? {} : { share }) },
    launch: "shared",
  }),
  rows: () => [],
  family: "isolation",
  order: {
    name: curveOrder,
    warning: {
      code: "order-of-a-curve",
      message: "`order` has no part in a curve, whose points are drawn anew in each block",
    },
    visit: closed,
    isOneLaunch: true,
  },
});

/**
 * One block of a curve: launch by launch its points in an order that is drawn, and at the end of the launch the first point
 * of each curve again, so that what drifts while the engine runs is seen. Where a stop rule may end a curve its points are
 * visited from the lowest load up.
 */
function closed(experiments: readonly Experiment[], seed: number, block: number): Experiment[] {
  const drawn = createRandom(seed).fork(`curve-${block}`).shuffle(experiments);
  const launches = Map.groupBy(drawn, launchOf);
  return [...launches.values()].flatMap((own) => {
    const visited = ascending(own);
    const inCurves = new Map(
      loadCurves(own).flatMap(({ name, points }) => points.map(({ member }) => [member, name] as const)),
    );
    const first = new Map<string, Experiment>();
    for (const experiment of visited) {
      const name = inCurves.get(experiment);
      if (name !== undefined && !first.has(name)) first.set(name, experiment);
    }
    return [...visited, ...first.values()];
  });
}
