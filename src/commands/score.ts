import { resolve } from "node:path";
import { scoreAsMlperf, scorePairs } from "../metrics/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { parseMap } from "../schema/json.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { rougeNames } from "../schema/rouge.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { scoreFlags } from "./flags.ts";

export type ScoreOptions = OptionsOf<typeof scoreFlags> & { file: string };

const form = 'Each line is {"prediction": "…", "reference": "…"}.';

interface Pair {
  prediction: string;
  reference: string;
}

/** `ceteris score FILE.jsonl`: ROUGE of each pair and the mean, all in per cent; `gen_len` in characters. */
export async function scoreCommand(world: World, options: ScoreOptions): Promise<number> {
  const text = await world.files.readText(resolve(world.machine.workingFolder, options.file));
  const pairs =
    text === null ? fail("no-such-file", `there is no file ${options.file}`, form) : parsePairs(options.file, text);
  if (!pairs.ok) return explainFault(world, pairs.problem);
  const score = options.split ? scoreAsMlperf(pairs.value) : scorePairs(pairs.value);
  const { genLen, genNum, ...means } = score.mean;
  if (options.json) {
    const pairsInPercent = score.pairs.map(inPercent);
    world.streams.out(`${JSON.stringify({ mean: means, gen_len: genLen, gen_num: genNum, pairs: pairsInPercent })}\n`);
    return exitCodes.done;
  }
  for (const type of rougeNames) {
    const value = means[type];
    world.streams.out(`${type.padEnd(10)} ${value === null ? "none" : value.toFixed(4)}\n`);
  }
  world.streams.out(`gen_len    ${genLen}\ngen_num    ${genNum}\n`);
  return exitCodes.done;
}

/** The scorer's shares of a pair as the mean has them. */
function inPercent<Scores extends object>(scores: Scores): { [type: string]: { [figure: string]: number } } {
  return Object.fromEntries(
    Object.entries(scores).map(([type, figures]: [string, { [figure: string]: number }]) => [
      type,
      Object.fromEntries(Object.entries(figures).map(([figure, share]) => [figure, 100 * share])),
    ]),
  );
}

function parsePairs(file: string, text: string): Result<Pair[]> {
  const pairs: Pair[] = [];
  // The mark with which editors of Windows begin a file belongs to no line.
  for (const [place, line] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    const record = parseMap(line);
    if (typeof record?.["prediction"] !== "string" || typeof record["reference"] !== "string") {
      return fail(
        "not-a-pair",
        `${file}:${place + 1}: not a JSON object with the texts "prediction" and "reference"`,
        "Mend that line and score again.",
      );
    }
    pairs.push({ prediction: record["prediction"], reference: record["reference"] });
  }
  return pairs.length > 0 ? succeed(pairs) : fail("no-pairs", `${file} has no line`, form);
}
