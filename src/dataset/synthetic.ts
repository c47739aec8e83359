import { createHash } from "node:crypto";
import { createRandom } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetDeclaration } from "../schema/workload.ts";
import type { DatasetRequest } from "./index.ts";
import { lengthProfiles } from "./length-profiles.ts";
import { drawLength } from "./lengths.ts";
import { randomTokens, textOfTokens } from "./made-text.ts";

type SyntheticDeclaration = Extract<DatasetDeclaration, { kind: "synthetic" }>;

/**
 * Seeded prompts of declared lengths with forced output lengths. Two share `shared_prefix_tokens` at their start where
 * they are of the same one of the `prefix_groups`, which are dealt out in turn, and nothing else.
 */
export async function synthetic(declaration: SyntheticDeclaration, request: DatasetRequest): Promise<Result<Dataset>> {
  const profile = lengthProfiles[declaration.profile ?? "chat"];
  const input = declaration.input_tokens ?? profile.input;
  const output = declaration.output_tokens ?? profile.output;
  const random = createRandom(request.seed).fork("synthetic");
  const lengths = random.fork("lengths");
  const words = random.fork("words");
  const sharedTokens = declaration.shared_prefix_tokens ?? 0;
  const prefixes = Array.from({ length: declaration.prefix_groups ?? 1 }, (_, group) =>
    randomTokens(random.fork(group === 0 ? "prefix" : `prefix ${group}`), sharedTokens),
  );
  const asTokens = request.workload.prompt === "tokens";
  const exact = asTokens || request.workload.promptLengths === "engine";
  const samples: Sample[] = [];
  for (let index = 0; index < request.samples; index += 1) {
    const inputTokens = Math.max(drawLength(input, lengths), sharedTokens + 1);
    const outputTokens = Math.min(drawLength(output, lengths), request.workload.sampling.max_tokens);
    const tokens = [...prefixes[index % prefixes.length]!, ...randomTokens(words, inputTokens - sharedTokens)];
    samples.push({
      index,
      prompt: asTokens ? { tokens } : { text: textOfTokens(tokens) },
      reference: null,
      outputTokens,
      promptTokens: exact ? tokens.length : null,
      turn: null,
    });
  }
  return succeed({
    name: `synthetic ${declaration.profile ?? (declaration.input_tokens ? "lengths" : "chat")}`,
    samples,
    hasReferences: false,
    sha256: createHash("sha256").update(JSON.stringify(samples)).digest("hex"),
    path: null,
    recognised: null,
  });
}
