import { benchMatrixName } from "../schema/study-record.ts";
import { engineWords, runWords } from "../schema/run-words.ts";
import { shellLine } from "../schema/shell-line.ts";
import type { ReportInput } from "./report-input.ts";

/** Commands and versions: enough to get the same numbers again, or to ask why not. */
export function reproductionOf({ study, trials, launches, resultsFolder }: ReportInput) {
  const results = resultsFolder === "results" ? [] : ["--results", resultsFolder];
  const blocks = blocksBySeed(study, trials);
  const seeds = blocks.length === 0 ? [study.seed] : blocks.map(({ seed }) => seed);
  const runs = blocks.length === 0 ? [["--seed", String(study.seed)]] : blocks.map(seedFlags);
  const report = ["ceteris", "report", study.name, ...results];
  // `bench` prints the matrix that does the same, and keeps none.
  const isBench = study.matrix.endsWith(benchMatrixName);
  const commands = isBench
    ? [report]
    : [
        ["ceteris", "plan", study.matrix, ...engineWords(study)],
        ...runs.map((flags) => [...runWords(study), ...flags, ...results]),
        report,
      ];
  const versions = trials.flatMap(({ provenance }) => provenance?.ceteris ?? []);
  return {
    commands: commands.map(shellLine).join("\n"),
    seeds: `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`,
    versions: [...new Set(versions.map(({ version, commit, node }) => versionText(version, commit, node)))].toSorted(),
    engineCommands: engineCommands(study, launches),
  };
}

/** The seeds that a study was run by, in the order of their blocks, and in how many blocks each has measured a row at most. */
function blocksBySeed(
  { fidelity, baseline }: ReportInput["study"],
  trials: ReportInput["trials"],
): { seed: number; blocks: number }[] {
  const own = trials.filter(({ spec }) => spec.fidelity === fidelity && spec.purpose === "performance");
  const changes = own.filter(({ labels }) => labels.row !== baseline.id);
  const bySeed = Map.groupBy(
    (changes.length > 0 ? changes : own).toSorted((left, right) => left.spec.block - right.spec.block),
    ({ spec }) => spec.seeds.order,
  );
  return [...bySeed].map(([seed, ofSeed]) => {
    const rows = Map.groupBy(ofSeed, ({ spec }) => spec.experimentId);
    // A trial that was tried again is one replicate in two blocks; a point that a curve visits twice is two in one.
    const counts = [...rows.values()].map((ofRow) =>
      Math.min(
        new Set(ofRow.map(({ spec }) => spec.replicate)).size,
        new Set(ofRow.map(({ spec }) => spec.block)).size,
      ),
    );
    return { seed, blocks: Math.max(...counts) };
  });
}

/** One run after the other: `--repeats` says in how many blocks a row is measured by then, whatever their seeds. */
function seedFlags({ seed }: { seed: number }, place: number, all: readonly { blocks: number }[]): string[] {
  const blocks = all.slice(0, place + 1).reduce((sum, one) => sum + one.blocks, 0);
  return ["--seed", String(seed), "--repeats", String(blocks)];
}

function versionText(version: string, commit: string | null, node: string): string {
  return `ceteris ${version}${commit === null ? "" : ` (commit ${commit})`} on Node ${node.replace(/^v/, "")}`;
}

/** The command line of each configuration's last launch; the port is whichever was free. */
function engineCommands(
  study: ReportInput["study"],
  launches: ReportInput["launches"],
): { names: string; line: string }[] {
  const last = new Map(launches.map((launch) => [launch.configurationId, launch]));
  const names = Map.groupBy(study.experiments, ({ configurationId }) => configurationId);
  return [...names].flatMap(([configurationId, experiments]) => {
    const launch = last.get(configurationId);
    // An engine that was running already has none.
    const line = launch && shellLine(launch.argv);
    return line === undefined || line === ""
      ? []
      : [{ names: experiments.map(({ labels }) => labels.name).join(", "), line }];
  });
}
