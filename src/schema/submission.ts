import type { ProcessMark } from "./launch.ts";
import type { SchedulerFile } from "./executor.ts";

/** Blocks that were handed out at once: `.submissions/<id>/submission.json` in the study's folder. */
export interface Submission {
  format: "ceteris.submission/1";
  id: string;
  executor: string;
  /** The matrix file, relative to the study's root. */
  matrix: string;
  host: string;
  submittedAt: string;
  /** Null while nobody has cancelled it. */
  cancelledAt: string | null;
  jobs: SubmittedJob[];
}

/** One job: of a scheduler, or a process of this machine. */
export interface SubmittedJob {
  /** What the scheduler calls it; the process's id of a slot. Null from before it is handed out until that is recorded: whoever does so may die in between. */
  job: string | null;
  /** Numbers of its blocks in the plan. Slots of one submission share all of them. */
  blocks: number[];
  scheduled?: ScheduledJob;
  process?: { mark: ProcessMark; processTable: string };
}

/** What is asked about a job and what ends it, as the executor's file said when it was handed out; `{job}` stands for a job that is null. */
export interface ScheduledJob {
  /** A block's number is that of its task and this. */
  offset: number;
  poll: SchedulerFile["poll"];
  states: SchedulerFile["states"];
  cancel: string[];
  /** Tells the job that is null, by its name, and how to read it; absent where the file does not say. */
  find?: { command: string[]; job: string };
}

/** What a scheduler says of a block: that it will run, that it runs, or that its job has ended. */
export interface BlockState {
  is: "waiting" | "running" | "ended";
  /** The scheduler's own word. */
  said: string;
}
