import type { Rule, RuleFinding } from "../rule.ts";
import { datasetsWithPlaces } from "../workload/workload-places.ts";

/** Images for the completions endpoint, which takes text and token ids alone. */
export const imagesToCompletions: Rule = {
  code: "images-to-completions",
  severity: "error",
  check: ({ study }) =>
    datasetsWithPlaces(study).flatMap(({ dataset, workload, place }): RuleFinding[] => {
      if (dataset.kind !== "synthetic" || dataset.images === undefined || workload.endpoint === "chat") return [];
      const message = `workload \`${workload.name}\` has images in its prompts, and the completions endpoint takes none`;
      return [{ pointer: `${place}/images`, aim: "key", message, hint: "set `endpoint: chat`, or take `images` out" }];
    }),
};
