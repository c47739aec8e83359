import { createRandom } from "../math/random.ts";
import { mostForced } from "../schema/answer-lengths.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import { formOf, MadeSample, type Recipe } from "./made-samples.ts";
import { randomTokens } from "./made-text.ts";
import { madeDataset } from "./samples-digest.ts";
import { select } from "./selection.ts";
import { loadTraceLengths } from "./traces/index.ts";
import type { TraceRequest } from "./traces/trace-lengths.ts";

/**
 * Seeded prompts with the lengths that the requests of a trace had, in the order in which they arrived, and outputs forced to
 * theirs: of its own file, else of the one that the workload's arrivals are from. Where the trace has hashes of blocks (Mooncake,
 * Bailian), blocks of one hash are the same tokens, so that a prefix cache finds what it found then; else no two prompts begin alike.
 */
export async function trace(declaration: Declaration<"trace">, request: DatasetRequest): Promise<Result<Dataset>> {
  const { workload, seed, world, root } = request;
  const { arrivals } = workload;
  const { path, format } = declaration.path === undefined && arrivals?.kind === "trace" ? arrivals : declaration;
  if (path === undefined || format === undefined) {
    const hint =
      "Name them in the dataset (`path: trace.jsonl, format: mooncake`), or replay a trace: `arrivals: { kind: trace, … }`.";
    return fail(
      "trace-not-named",
      `the dataset of ${workload.name} is a trace without a \`path\` and a \`format\``,
      hint,
    );
  }
  const read = await loadTraceLengths({ path, format, member: "dataset" }, { world, root });
  if (!read.ok) return read;
  const { requests, blockTokens } = read.value;
  if (requests.length === 0) return fail("dataset-empty", `${path} has no request`, "Name a trace that has some.");
  const random = createRandom(seed).fork("trace");
  const recipe: Recipe = {
    ...formOf(workload),
    tokensOf: (index) => tokensOf(requests[index]!, index),
  };
  const tokensOf = ({ input, blocks }: TraceRequest, index: number): number[] => {
    const shared = (blocks ?? []).flatMap((hash) => randomTokens(random.fork(`block ${hash}`), blockTokens));
    const own = randomTokens(random.fork(`request ${index}`), Math.max(0, input - shared.length));
    return [...shared.slice(0, input), ...own];
  };
  const held =
    workload.selection.sample === undefined && workload.selection.first === undefined ? request.samples : Infinity;
  const all = requests.slice(0, held).map(
    ({ input, output }, index) =>
      new MadeSample(recipe, {
        index,
        inputTokens: input,
        outputTokens: Math.min(output, mostForced(workload)),
      }),
  );
  const samples = select(all, workload.selection, seed);
  return succeed(madeDataset(`lengths of ${path}`, samples));
}
