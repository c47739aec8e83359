import { fidelities } from "../schema/fidelity.ts";

const text = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: (value: string) => value, brief, placeholder, optional: true }) as const;
const choice = (brief: string, values: readonly string[]) => ({ kind: "enum", values, brief, optional: true }) as const;
const flag = (brief: string) => ({ kind: "boolean", brief, default: false, withNegated: false }) as const;

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${value} is not a whole number`);
  return Number(value);
}

/** The flags of DESIGN §9, each written once. */
export const flags = {
  results: { results: text("the results folder (default: results)", "DIR") },
  planning: {
    sut: text("another engine file for this run, for instance simulated or vllm-cpu", "NAME"),
    fidelity: choice("how long and how much (default: what the matrix says, else screen)", fidelities),
    seed: {
      kind: "parsed",
      parse: wholeNumber,
      brief: "another seed than the matrix's",
      placeholder: "N",
      optional: true,
    },
  },
  running: {
    only: text("experiments whose name matches: fp8*, *@concurrency=4", "GLOB"),
    retry: choice("another attempt at the trials that ended so", ["failed", "invalid"]),
    dryRun: flag("say what would be done, and do nothing"),
    tracking: text("the MLflow server (default: MLFLOW_TRACKING_URI; none: no MLflow)", "URL"),
  },
  json: flag("data on stdout instead of text"),
  showCommand: text("the command line of one experiment, to paste into a shell", "ID"),
  out: text("write there instead", "FILE"),
  format: choice("how rows are written", ["table", "json", "csv", "markdown"]),
  tracking: text("the MLflow server (default: MLFLOW_TRACKING_URI)", "URL"),
  split: flag("split predictions and references into sentences first, as the MLPerf reference does"),
} as const;
