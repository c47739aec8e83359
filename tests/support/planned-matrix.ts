import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { designKinds, expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadStudy } from "../../src/matrix/index.ts";
import type { Diagnostic } from "../../src/schema/diagnostic.ts";
import type { Expansion } from "../../src/schema/experiment.ts";
import type { Study } from "../../src/schema/study.ts";
import { repository } from "./cli.ts";

export interface PlannedMatrix {
  study: Study;
  expansion: Expansion;
  diagnostics: Diagnostic[];
}

/** What `ceteris plan` makes of a matrix of this repository, without a look at datasets, weights or the engine's program. `sut` takes the place of its engine. */
export function plannedMatrix(path: string, sut?: string): PlannedMatrix {
  const root = studyFolder(dirname(join(repository, path)));
  const { study, diagnostics } = loadStudy({
    file: join(repository, path).slice(root.length + 1),
    root,
    read: (file) => (existsSync(file) ? readFileSync(file, "utf8") : null),
    designs: designKinds,
    sutFolders: [join(root, "sut"), join(repository, "sut")],
    rulesets: { folders: [join(repository, "experiments/rulesets")], names: [] },
    overrides: sut === undefined ? {} : { sut },
  });
  if (study === null) throw new Error(JSON.stringify(diagnostics));
  const expansion = expandStudy(study);
  return { study, expansion, diagnostics: [...diagnostics, ...lintStudy(study, expansion)] };
}

/** The nearest folder above a matrix that holds `experiments/` or `sut/`. */
function studyFolder(folder: string): string {
  const isStudy = ["experiments", "sut"].some((name) => existsSync(join(folder, name)));
  return isStudy ? folder : studyFolder(dirname(folder));
}
