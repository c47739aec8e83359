import { isAbsolute, join } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetDeclaration } from "../schema/workload.ts";
import type { DatasetRequest } from "./index.ts";
import { select } from "./selection.ts";

type JsonlDeclaration = Extract<DatasetDeclaration, { kind: "jsonl" }>;

/** Lines of `{"prompt": "…" | [token ids], "reference"?: "…", "output_tokens"?: n}`. */
export async function jsonl(declaration: JsonlDeclaration, request: DatasetRequest): Promise<Result<Dataset>> {
  const { world, root, workload, seed } = request;
  const path = isAbsolute(declaration.path) ? declaration.path : join(root, declaration.path);
  const text = await world.files.readText(path);
  if (text === null) {
    return fail(
      "dataset-missing",
      `there is no dataset at ${path}`,
      'Write lines of {"prompt": …, "reference": …} there, or change dataset.path in the workload.',
    );
  }
  const sha256 = await world.files.sha256(path);
  if (sha256 === null) return fail("dataset-missing", `${path} went away while it was read`, "Run again.");
  if (declaration.sha256 !== undefined && declaration.sha256 !== sha256) {
    return fail(
      "dataset-changed",
      `${path} has sha256 ${sha256}, the workload says ${declaration.sha256}`,
      "Get the file that the workload means, or change its sha256.",
    );
  }
  const samples: Sample[] = [];
  for (const [place, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const sample = parseLine(line, samples.length);
    if (typeof sample === "string")
      return fail(
        "dataset-broken",
        `${path}:${place + 1}: ${sample}`,
        'Each line is a JSON object with a "prompt": text or a list of token ids.',
      );
    samples.push(sample);
  }
  if (samples.length === 0) return fail("dataset-empty", `${path} has no line`, "Each line is one prompt.");
  return succeed({
    name: declaration.path,
    samples: select(samples, workload.selection, seed),
    hasReferences: samples.every((sample) => sample.reference !== null),
    sha256,
    path,
    recognised: declaration.sha256 === undefined ? null : true,
  });
}

/** A sample, or what is wrong with the line. */
function parseLine(line: string, index: number): Sample | string {
  let record: { prompt?: unknown; reference?: unknown; output_tokens?: unknown };
  try {
    record = JSON.parse(line) as typeof record;
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  if (record === null || typeof record !== "object") return "not an object";
  const { prompt, reference, output_tokens: outputTokens } = record;
  const tokens =
    Array.isArray(prompt) && prompt.length > 0 && prompt.every(Number.isInteger) ? (prompt as number[]) : null;
  if (tokens === null && (typeof prompt !== "string" || prompt === ""))
    return '"prompt" is neither a text nor a list of token ids';
  return {
    index,
    prompt: tokens === null ? { text: prompt as string } : { tokens },
    reference: typeof reference === "string" ? reference : null,
    outputTokens: Number.isInteger(outputTokens) ? (outputTokens as number) : null,
    promptTokens: tokens === null ? null : tokens.length,
  };
}
