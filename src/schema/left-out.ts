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

/**
 * Says that a trial is another study's, or does not lie in `<experiment>/<trial>` of its study's folder, where alone its files are
 * looked for, and what mends it; null where it does. `folders`: those of all trials, written as `folder` is; `studies`: the
 * names that the trials of this study carry, null where they are not known.
 */
export function strayTrial(
  { study, spec }: { study: string; spec: { experimentId: string; trialId: string } },
  folder: string,
  { folders, studies }: { folders: ReadonlySet<string>; studies: ReadonlySet<string> | null },
): Pick<LeftOut, "why" | "mend"> | null {
  const experiment = `${folder.split("/").slice(0, -2).join("/")}/${spec.experimentId}`;
  const place = `${experiment}/${spec.trialId}`;
  if (folder !== place && folders.has(place))
    return { why: `${folder} holds a copy of trial ${spec.trialId}`, mend: putAside(folder) };
  if (studies?.has(study) === false)
    return { why: `${folder} is a trial of the study ${study}`, mend: putAside(folder) };
  if (folder === place) return null;
  const back = `${shellLine(["mkdir", "-p", experiment])} && ${shellLine(["mv", folder, place])}`;
  return { why: `${folder} was renamed: it holds trial ${spec.trialId}`, mend: `Give it its name again: ${back}` };
}

/** The same for a file that nothing depends on. */
export function putFileAside(path: string): string {
  return `Take it from a backup, or put it aside: ${shellLine(["mv", path, `${path}.unreadable`])}`;
}

/** One sentence, and what to do next. */
export function leftOutText({ why, mend }: LeftOut): string {
  return `left out: ${why}\n  ${mend}`;
}
