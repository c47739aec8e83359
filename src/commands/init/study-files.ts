import type { InitChoices } from "./choices.ts";
import { curveLoads, matrixText } from "./matrix-text.ts";
import { baselineOf } from "./ready-changes.ts";
import { baselineText, newWorkload } from "./fragment-texts.ts";
import { workflowText } from "./workflow-text.ts";

/** A file that `init` writes: its path below the folder, with `/`. Without a text it is copied from the program's own. */
export interface NewFile {
  path: string;
  text: string | null;
}

/** A new study, and what is to be said of it. */
export interface NewStudy {
  /** The matrix first. */
  files: NewFile[];
  /** Whether the matrix runs on the simulated engine. */
  isSimulable: boolean;
  notes: string[];
}

/** What a folder with results should not commit. */
export const ignoredFolders = ["/results/", "/reports/out/"] as const;

/** The new study's name: `vllm-isolation`. */
export function studyName({ engine, url, design }: Pick<InitChoices, "engine" | "url" | "design">): string {
  return `${engine.name}-${url === null ? design : "curve"}`;
}

/** Every file of a new study but `.gitignore`; the matrix first. `version`: of this program. */
export function studyFiles(choices: InitChoices, version: string): NewFile[] {
  const study = studyName(choices);
  const workload = newWorkload(choices.engine);
  const isCurve = choices.url !== null;
  // A curve's rows are its loads: the gate watches one in the middle.
  const control = isCurve ? `service·c${curveLoads.from * curveLoads.factor ** 2}` : "baseline";
  const fragments: NewFile[] = [
    ...(isCurve
      ? []
      : [
          {
            path: `experiments/baselines/${choices.engine.name}.yaml`,
            text: baselineText(choices.engine, baselineOf(choices.engine, choices.changes)),
          },
        ]),
    { path: workload.path, text: workload.text },
    ...(workload.dataset === null ? [] : [{ path: workload.dataset, text: null }]),
  ];
  return [
    { path: `matrices/${study}.yaml`, text: matrixText(study, choices, `../${workload.path}`) },
    ...fragments,
    {
      path: ".github/workflows/ceteris.yml",
      text: workflowText({ version, study, control, isSimulable: choices.isSimulable }),
    },
  ];
}
