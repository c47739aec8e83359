import type { FaultRow } from "./fault-row.ts";

const again = "the trial in flight; `run` again goes on";

/** What happens to us. */
export const ownFaults = {
  killed: {
    injected: "`kill -9` at random moments, again and again until the study is whole",
    seen: "the next run names each launch that it closes, and how many processes ended",
    recorded:
      "every trial once in the folders and in DuckDB; manifests hold; a launch that was cut off has the class `abandoned`",
    lost: "the trial in flight",
    left: "nothing after the next run",
    test: "tests/faults/kills.test.ts",
  },
  interrupted: {
    injected: "SIGINT, SIGTERM or SIGQUIT under load",
    seen: "which signal, and that what is measured is kept; exit code 130",
    recorded: "nothing of the trial; its launch has its end",
    lost: again,
    left: "nothing",
    test: "tests/faults/signals.test.ts",
  },
  hangup: {
    injected: "SIGHUP, and stdout and stderr closed under load",
    seen: "nothing: nobody is there to read",
    recorded: "all of it: the study goes on to its end",
    lost: "nothing",
    left: "nothing",
    test: "tests/faults/signals.test.ts",
  },
  terminalGone: {
    injected: "the terminal is gone (writes to it end with EIO)",
    seen: "nothing",
    recorded: "all of it: the study goes on to its end",
    lost: "nothing",
    left: "nothing",
    test: "tests/faults/signals.test.ts",
  },
  diskFull: {
    injected: "the disk is full at one step of a trial, each step in turn",
    seen: "which file, that there is no room left, and what to do; exit code 2 where a trial could not be written, else 3",
    recorded: "class `disk-full` where the trial can still be written; else nothing of it",
    lost: again,
    left: "no partial folder, no process",
    test: "tests/faults/disk-full.test.ts",
  },
  spoolFull: {
    injected: "the disk is full while requests are put away",
    seen: "FAILED, `disk-full`",
    recorded: "class `disk-full`",
    lost: "that trial",
    left: "nothing",
    test: "tests/faults/disk-full.test.ts",
  },
  fewDescriptors: {
    injected: "`ulimit -n 24`",
    seen: "FAILED, `too-many-files`: what could not be started or opened; the hint is `ulimit -n 65536`",
    recorded: "class `too-many-files`, with the hint",
    lost: "the trials that ran under it; `run --retry failed` measures them",
    left: "nothing",
    test: "tests/faults/limits.test.ts",
  },
  workerDies: {
    injected: "a load worker is killed",
    seen: "FAILED, `client-worker-died`: which worker, and by which signal",
    recorded: "class `client-worker-died`",
    lost: "that trial",
    left: "nothing",
    test: "tests/faults/limits.test.ts",
  },
  workerOutOfMemory: {
    injected: "a load worker runs out of memory",
    seen: "FAILED, `client-worker-died`: which worker, and that it ran out of memory where it could still say so",
    recorded: "class `client-worker-died`",
    lost: "that trial",
    left: "nothing",
    test: "tests/faults/limits.test.ts",
  },
  clockSet: {
    injected: "the clock is set back by a day and forward by two, between trials and under load",
    seen: "nothing",
    recorded: "durations as they were, by the monotonic clock; each trial once",
    lost: "nothing; a jump of more than an hour between two trials of a block separates them, and `run` may add a block",
    left: "nothing",
    test: "tests/faults/clock.test.ts",
  },
  stopped: {
    injected: "SIGSTOP for 3 s under load",
    seen: "INVALID by the check `client-paused`: for how long the client was paused, and what that moved",
    recorded: "the check, with its figures",
    lost: "that trial; `run --retry invalid` measures it again",
    left: "nothing",
    test: "tests/faults/clock.test.ts",
  },
} satisfies Record<string, FaultRow>;
