import type { SubmissionRules } from "../../schema/ruleset.ts";

/** What one run's files are filed under; all fit for folders' names. */
export interface FiledUnder {
  division: string;
  submitter: string;
  system: string;
  model: string;
  scenario: string;
}

/** Where a round's submission checker looks, below the tree's root. */
export interface SubmissionPaths {
  /** Folder of `performance/` and `accuracy/`. */
  run: string;
  /** Folder of `user.conf` and `README.md`. */
  described: string;
  measurements: string;
  /** Folder of `TEST06/`. */
  compliance: string;
  /** Folder of the implementation. */
  source: string;
  system: string;
  calibration: string;
}

/**
 * Source: the path templates of tools/submission/submission_checker/constants.py at mlcommons/inference b66003e, and
 * `check_measurement_dir` of v5.1.1, where a measurement's name ends in the implementation's and the scenario's.
 */
export function submissionPaths(tree: SubmissionRules["tree"], filed: FiledUnder): SubmissionPaths {
  const root = `${filed.division}/${filed.submitter}`;
  const below = `${filed.system}/${filed.model}/${filed.scenario}`;
  const run = `${root}/results/${below}`;
  const common = {
    run,
    system: `${root}/systems/${filed.system}.json`,
    calibration: `${root}/documentation/calibration.md`,
  };
  const trees: Record<typeof tree, () => SubmissionPaths> = {
    by_scenario: () => ({
      ...common,
      described: run,
      measurements: `${run}/measurements.json`,
      compliance: run,
      source: `${root}/src`,
    }),
    measurements_apart: () => {
      const described = `${root}/measurements/${below}`;
      return {
        ...common,
        described,
        measurements: `${described}/${filed.system}_ceteris_${filed.scenario}.json`,
        compliance: `${root}/compliance/${below}`,
        source: `${root}/code/${filed.model}/ceteris`,
      };
    },
  };
  return trees[tree]();
}
