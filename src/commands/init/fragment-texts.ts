import type { Engine } from "../../schema/engine.ts";
import type { Assignment } from "../../schema/knob.ts";
import { flowYaml, yamlText } from "../flow-yaml.ts";

/** The baseline of an engine, as a fragment that several matrices may use. */
export function baselineText({ title }: Engine, knobs: Assignment): string {
  const rows = Object.entries(knobs).map(([knob, value]) => `  ${knob}: ${flowYaml(value)}\n`);
  return `# ${title} as it is, but for what is said here: no change can move that unseen. Set what your service runs with.
id: baseline
label: ${yamlText(rows.length === 0 ? "defaults" : "defaults, limits said")}
${rows.length === 0 ? "knobs: {}\n" : `knobs:\n${rows.join("")}`}`;
}

/** A workload of a new study, and the data that it reads: their paths below the folder. */
export interface NewWorkload {
  path: string;
  text: string;
  /** A file that comes with the program, at this path there and here; null where prompts are made. */
  dataset: string | null;
}

/** The workload that a new study begins with: made prompts, or where answers cannot be forced to a length, questions. */
export function newWorkload({ dialect }: Pick<Engine, "dialect">): NewWorkload {
  return dialect.lacks["ignore_eos"] === undefined ? chatClosed : questionsClosed;
}

const loads = `load: { concurrency: 16 }
# What a user accepts, in ms: goodput counts the requests that keep all of it.
slo: { ttft_ms: 500, tpot_ms: 50 }
warmup: { requests: 32 }
# How much a trial measures at each fidelity; at \`screen\` until both are reached.
counts:
  smoke: { requests: 64, seconds: 0 }
  screen: { requests: 512, seconds: 30 }
`;

const chatClosed: NewWorkload = {
  path: "experiments/workloads/chat-closed.yaml",
  text: `# A closed loop of synthetic chat turns: so many requests in flight, each followed by the next.
workload: chat-closed
scenario: closed
endpoint: chat
# Your own prompts instead: { kind: jsonl, path: ../datasets/mine.jsonl }, lines of {"prompt": …}.
dataset: { kind: synthetic, input_tokens: 256, output_tokens: 64 }
${loads}`,
  dataset: null,
};

const questionsClosed: NewWorkload = {
  path: "experiments/workloads/questions-closed.yaml",
  text: `# A closed loop of questions: so many requests in flight, each followed by the next. Answers are as long as the model makes
# them, since this engine cannot be told how long they are to be.
workload: questions-closed
scenario: closed
endpoint: chat
# Your own prompts instead: lines of {"prompt": …}.
dataset: { kind: jsonl, path: ../datasets/questions.jsonl }
sampling: { max_tokens: 64 }
${loads}`,
  dataset: "experiments/datasets/questions.jsonl",
};
