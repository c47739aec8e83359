import type { Conclusion } from "../schema/analysis.ts";
import type { Result } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";

/** A place outside the results folder that shows trials too. The folders are the truth: a mirror may be down, and may lag. */
export interface Mirror {
  name: string;
  /** `address` is the flag's, else the environment decides; null where nothing asks for it. Touches no network. Failures: it is told wrongly. */
  open(world: World, address: string | null): Result<OpenMirror | null>;
}

export interface OpenMirror {
  /** For messages: where it is, without credentials. */
  where: string;
  /** One question: whether it is there, and lets us in. */
  answers(): Promise<Result<null>>;
  /** Sends what the mirror lacks; whatever it has already stays as it is. */
  send(delivery: Delivery): Promise<Result<Receipt>>;
}

export interface StudyMeta {
  name: string;
  /** Tells studies of one name apart; absent in studies of earlier versions. */
  began?: string;
  question: string;
  origin: Trial["origin"];
  /** What stands in for the matrix's model and dataset; null where nothing does. */
  standIn: string | null;
}

/** A figure of a trial over time, wall-clock milliseconds. A value that is null was not sampled. */
export interface TimeSeries {
  /** Unique in its trial: `engine/waiting`. */
  name: string;
  unit: string;
  points: { timeMs: number; value: number | null; step: number }[];
}

export interface SentTrial {
  trial: Trial;
  /** The trial's folder: every file in it is sent. */
  folder: string;
  /** The folder of its launch, with `launch.json` and `server.log`. */
  launchFolder?: string | null;
  /** Read only where the mirror lacks the trial. */
  series?: () => Promise<TimeSeries[]>;
}

export interface Delivery {
  study: StudyMeta;
  trials: SentTrial[];
  /** Files of the study itself, the report and the matrix, by their places beside it: `report/demo.html`. */
  files?: { path: string; file: string }[];
  /** What it concludes as it stands. */
  conclusion?: Conclusion;
  /** Stop after so many milliseconds, with a failure; what is missing then is sent the next time. */
  budgetMs?: number;
}

export interface Receipt {
  /** Trials that were sent, or completed, now. */
  sent: number;
  /** Trials that were there already. */
  already: number;
  /** What the user should know although nothing failed; each is said once by an open mirror. */
  notices: string[];
}
