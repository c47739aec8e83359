import { shellLine } from "./shell-line.ts";

/** What cannot be read in a results folder: it is left out of every figure, and named with what mends it. */
export interface LeftOut {
  /** The trial's folder; the file where it does not belong to one trial. Absolute. */
  path: string;
  /** Null where it does not belong to one trial. */
  trialId: string | null;
  /** `…/trial.json is not JSON`. */
  why: string;
  /** The command, or what to do. */
  mend: string;
}

/** How to put a trial's folder aside: every command passes over a name with a dot in front, so that `run` measures the trial again. */
export function putAside(folder: string): string {
  const at = folder.lastIndexOf("/");
  const aside = `${folder.slice(0, at)}/.unreadable-${folder.slice(at + 1)}`;
  return `Take it from a backup, or put it aside and measure it again: ${shellLine(["mv", folder, aside])} && ceteris run MATRIX`;
}

/** The same for a file that nothing depends on. */
export function putFileAside(path: string): string {
  return `Take it from a backup, or put it aside: ${shellLine(["mv", path, `${path}.unreadable`])}`;
}

/** One sentence, and what to do next. */
export function leftOutText({ why, mend }: LeftOut): string {
  return `left out: ${why}\n  ${mend}`;
}
