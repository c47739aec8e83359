import { expect, it } from "vitest";
import { bodyFlags } from "../../../../src/commands/bench/peers/peer-flag.ts";

it.each([
  [{ temperature: 0.5, min_p: 0.1, top_k: 4 }, ["--temperature 0.5", "--top-k 4", '--extra-body {"min_p":0.1}']],
  [{ ignore_eos: true, min_tokens: 8, min_p: 0 }, ["--ignore-eos", '--extra-body {"min_p":0}']],
  [{ ignore_eos: false }, []],
])("members of a body become flags of bench where it has them: %j", (members, flags) => {
  expect(bodyFlags(members).map((words) => words.join(" "))).toEqual(flags);
});
