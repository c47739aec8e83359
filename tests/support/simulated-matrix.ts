/** What matrices of the simulated engine differ in. */
export interface SimulatedMatrix {
  study: string;
  /** The baseline's, as YAML in flow style. */
  knobs: string;
  /** `{ id: …, set: … }`, several of them with commas between. */
  changes: string;
  /** Members of the one workload, a line each. */
  workload: string;
  /** 1 where nothing is said. */
  repeats?: number;
  /** More members of the matrix. */
  more?: string;
}

/** A smoke study of one workload on the simulated engine, its rows in declared order. */
export function simulatedMatrix({ study, knobs, changes, workload, repeats = 1, more = "" }: SimulatedMatrix): string {
  const members = workload.trim().split("\n");
  return `study: ${study}
question: What does the simulated engine do?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: ${knobs} }
design: { kind: isolation, changes: [${changes}] }
workloads:
  - workload: w
${members.map((member) => `    ${member}`).join("\n")}
fidelity: smoke
repeats: ${repeats}
order: declared
${more}
`;
}

/** Random prompts and answers, each of one length in tokens. */
export function syntheticDataset(input: number, output: number): string {
  const fixed = (value: number): string => `{ distribution: fixed, value: ${value} }`;
  return `dataset: { kind: synthetic, input_tokens: ${fixed(input)}, output_tokens: ${fixed(output)} }`;
}

/** An offline workload of 16 requests: enough where a trial is to end, and its figures do not matter. */
export const shortOffline = `
scenario: offline
prompt: tokens
${syntheticDataset(64, 8)}
warmup: { requests: 4 }
counts: { smoke: { requests: 16, seconds: 0 } }`;
