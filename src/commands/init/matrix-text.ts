import { flowYaml, yamlText } from "../flow-yaml.ts";
import type { InitChoices } from "./choices.ts";
import type { ReadyChange } from "./ready-changes.ts";

/** The loads of a curve, in flight. */
export const curveLoads = { from: 1, to: 64, factor: 4 };

/** The matrix of a new study, with what a reader should know beside each member. `workload`: the path of its fragment from the matrix. */
export function matrixText(study: string, choices: InitChoices, workload: string): string {
  const used = `workloads:\n  - use: ${workload}\n`;
  return choices.url === null ? changesMatrix(study, choices, used) : curveMatrix(study, choices, choices.url, used);
}

const written = "# Written by `ceteris init`; yours to change. `ceteris plan` says what each change to it means.\n";

const howLong = `# How much each trial measures: \`--fidelity smoke\` tries the matrix out, \`screen\` compares, \`valid\` takes ten minutes a trial.
fidelity: screen
`;

function changesMatrix(study: string, { engine, model, changes, design }: InitChoices, workloads: string): string {
  const [asks, means, member] =
    design === "stacked"
      ? [
          `What do these changes to ${engine.title} add up to?`,
          "each step on top of those before it; `isolation` takes each alone",
          "steps",
        ]
      : [
          `What does each change to ${engine.title} do?`,
          "each change alone against the baseline; `stacked` puts each on top of those before it",
          "changes",
        ];
  return `${written}study: ${yamlText(study)}
question: ${yamlText(asks)}
sut:
  # sut/${engine.name}.yaml, in this folder or with the program: how it is started, and which knobs there are.
  engine: ${yamlText(engine.name)}
  # What the engine takes: a name on the hub, or a folder or file. \`revision: …\` beside it fixes the version.
  model: ${yamlText(model)}
# What every row has. What is not said here is the engine's default.
baseline: { use: ../experiments/baselines/${engine.name}.yaml }
design:
  # ${means[0]!.toUpperCase()}${means.slice(1)}.
  kind: ${design}
  ${member}:
${changes.map(rowText).join("")}${workloads}# Blocks in which each row is measured once, in an order that is drawn. More blocks detect smaller effects: \`plan\` says which.
repeats: 4
# A change within ±3 % is not worth making.
smallest_effect: 0.03
${howLong}`;
}

function rowText({ id, title, set, comment }: ReadyChange): string {
  return `    # ${comment}\n    - { id: ${yamlText(id)}, label: ${yamlText(title)}, set: ${flowYaml(set)} }\n`;
}

function curveMatrix(study: string, { engine, model }: InitChoices, url: string, workloads: string): string {
  return `${written}study: ${yamlText(study)}
question: How much load does the service hold?
sut:
  # A server that runs already: nothing is started, and nothing is ended.
  engine: ${yamlText(engine.name)}
  url: ${yamlText(url)}
  # A key comes from a variable, never from here: headers: { Authorization: { env: SERVICE_AUTHORIZATION } }
  # The name that requests use; GET /v1/models lists those that there are.
  model: ${yamlText(model)}
baseline: { id: service }
# The knee, and the highest load that keeps the workload's limits (\`slo\`).
design: { kind: curve }
# Requests in flight: 1, 4, 16, 64.
sweep:
  load.concurrency: ${flowYaml(curveLoads)}
${workloads}repeats: 2
${howLong}`;
}
