import type { FaultRow } from "./fault-row.ts";

const test = "tests/faults/files.test.ts";
const readTrials = "tests/store/read-trials.test.ts";
const named = "each command that reads it names it, with the command that mends it; `verify` ends with exit code 1";

/** What happens to the files of a results folder. */
export const fileFaults = {
  edited: {
    injected: "`trial.json` is edited",
    seen: named,
    recorded:
      "INVALID by the check `as-written` in reports, `compare`, `status`, `query` and the site; in no effect; not sent to MLflow",
    lost: "that trial; `run --retry invalid` measures it again",
    left: "the folder as it is",
    test,
  },
  noManifest: {
    injected: "a trial's `MANIFEST.json` is gone or cut off",
    seen: named,
    recorded: "as an edited trial",
    lost: "that trial; `run --retry invalid` measures it again",
    left: "the folder as it is",
    test: readTrials,
  },
  cutOff: {
    injected: "a parquet file is cut off or gone",
    seen: named,
    recorded: "the trial counts, since its figures stand in `trial.json`",
    lost: "the rows of that file",
    left: "the folder as it is",
    test,
  },
  copied: {
    injected: "a trial is copied: under another name, or into another study",
    seen: named,
    recorded: "left out of every figure; `left_out` of the index",
    lost: "nothing: the original counts",
    left: "the copy",
    test,
  },
  halfDeleted: {
    injected: "`trial.json` is gone, cut off, of another format or of a newer one",
    seen: named,
    recorded: "left out of every figure",
    lost: "that trial; put aside, it is measured again",
    left: "the folder as it is",
    test: readTrials,
  },
  flipped: {
    injected: "one bit is flipped in each file of a study in turn",
    seen: "`verify` names the file; exit code 1",
    recorded: "nothing, but for `trial.json` (as edited) and answers (left out)",
    lost: "nothing that is not in that file",
    left: "nothing",
    test: "tests/store/study-manifest.test.ts",
  },
  signature: {
    injected: "a signed manifest is changed, signed by another key, or not signed",
    seen: "`verify --key` says which; exit code 1, 5 and 5",
    recorded: "nothing",
    lost: "nothing",
    left: "nothing",
    test: "tests/commands/sign.test.ts",
  },
} as const satisfies Record<string, FaultRow>;
