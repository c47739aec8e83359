import type { ReportInput } from "./report-input.ts";

/** Commands, ids and versions: enough to get the same numbers again, or to ask why not. */
export function reproduceSection({ study, trials, launches, resultsFolder }: ReportInput): object {
  const sut = study.engine === study.declaredEngine ? [] : ["--sut", study.engine];
  const results = resultsFolder === "results" ? [] : ["--results", resultsFolder];
  const commands = [
    ["ceteris", "plan", study.matrix, ...sut],
    ["ceteris", "run", study.matrix, ...sut, "--fidelity", study.fidelity, ...results],
    ["ceteris", "report", study.name, ...results],
  ];
  const versions = trials.flatMap(({ provenance }) => provenance?.ceteris ?? []);
  return {
    commands: commands.map(shellLine).join("\n"),
    versions: [...new Set(versions.map(({ version, commit, node }) => versionText(version, commit, node)))].toSorted(),
    experiments: study.experiments.map(({ id, configurationId, labels }) => ({
      name: labels.name,
      id,
      configurationId,
      trials: trials.filter(({ spec }) => spec.experimentId === id).length,
    })),
    engineCommands: engineCommands(study, launches),
  };
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
    const line = launch && shellLine(launch.argv);
    return line === undefined ? [] : [{ names: experiments.map(({ labels }) => labels.name).join(", "), line }];
  });
}

/** An argument list as a POSIX shell takes it. */
function shellLine(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(" ");
}
