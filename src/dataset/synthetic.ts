import { createHash } from "node:crypto";
import { createRandom, type Random } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetDeclaration, LengthDistribution } from "../schema/workload.ts";
import type { DatasetRequest } from "./index.ts";
import { lengthProfiles } from "./length-profiles.ts";

type SyntheticDeclaration = Extract<DatasetDeclaration, { kind: "synthetic" }>;

/** Token ids are drawn from here: above the special tokens of common vocabularies, and within the smallest. */
const firstToken = 16;
const tokenCount = 480;

/** Seeded prompts of declared lengths with forced output lengths; no two share a prefix beyond `shared_prefix_tokens`. */
export async function synthetic(declaration: SyntheticDeclaration, request: DatasetRequest): Promise<Result<Dataset>> {
  const profile = lengthProfiles[declaration.profile ?? "chat"];
  const input = declaration.input_tokens ?? profile.input;
  const output = declaration.output_tokens ?? profile.output;
  const random = createRandom(request.seed).fork("synthetic");
  const lengths = random.fork("lengths");
  const words = random.fork("words");
  const shared = randomTokens(random.fork("prefix"), declaration.shared_prefix_tokens ?? 0);
  const samples: Sample[] = [];
  for (let index = 0; index < request.samples; index += 1) {
    const inputTokens = Math.max(drawLength(input, lengths), shared.length + 1);
    const outputTokens = Math.min(drawLength(output, lengths), request.workload.sampling.max_tokens);
    const tokens = [...shared, ...randomTokens(words, inputTokens - shared.length)];
    const asTokens = request.workload.prompt === "tokens";
    samples.push({
      index,
      prompt: asTokens ? { tokens } : { text: tokens.map((token) => `w${token}`).join(" ") },
      reference: null,
      outputTokens,
      promptTokens: asTokens ? tokens.length : null,
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

/** One length in tokens, at least 1. */
export function drawLength(distribution: LengthDistribution, random: Random): number {
  switch (distribution.distribution) {
    case "fixed":
      return distribution.value;
    case "uniform":
      return distribution.min + random.integer(distribution.max - distribution.min + 1);
    case "lognormal": {
      const drawn = Math.round(random.lognormal(Math.log(distribution.median), distribution.sigma));
      return Math.min(Math.max(drawn, distribution.min), distribution.max);
    }
  }
}

function randomTokens(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => firstToken + random.integer(tokenCount));
}
