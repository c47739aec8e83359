import { datasetsWithPlaces, placeOfWorkload } from "../workload/workload-places.ts";
import type { Rule } from "../rule.ts";

/** Lengths that the engine's own tokenizer is to tell, on an engine that has no way to be asked: every trial would FAIL. */
export const lengthsWithoutTokenizer: Rule = {
  code: "lengths-without-tokenizer",
  severity: "error",
  eachSystem: true,
  check: ({ study }) =>
    study.engine.tokenize !== null
      ? []
      : datasetsWithPlaces(study).flatMap(({ dataset, workload, place }) => {
          const { name, prompt, promptLengths } = workload;
          const said = `which ${study.engine.name} cannot be asked for: its file has no \`tokenize\``;
          if (dataset.kind === "sharegpt" && (dataset.output ?? "recorded") === "recorded") {
            const message = `answers of \`${name}\` are to be as long as the recorded ones, by the engine's count of tokens, ${said}`;
            const hint = "set `output: natural` in the dataset, or add `tokenize` to the engine file";
            return [{ pointer: place, aim: "key" as const, message, hint }];
          }
          if (promptLengths !== "engine" || prompt === "tokens") return [];
          const message = `prompts of \`${name}\` are to be exact by the engine's count of tokens, ${said}`;
          const hint = "leave `prompt_lengths` out, send `prompt: tokens`, or add `tokenize` to the engine file";
          return [{ pointer: `${placeOfWorkload(place)}/prompt_lengths`, aim: "key" as const, message, hint }];
        }),
};
