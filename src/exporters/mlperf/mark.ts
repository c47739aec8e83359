import { saidOf } from "../../math/figures.ts";
import type { Mark } from "./run.ts";

/** The word that stands in front of everything from a simulated engine. */
export const simulatedWord = "SIMULATED";

/** In front of names of folders and systems. */
export function marked(name: string, { simulated }: Pick<Mark, "simulated">): string {
  return simulated ? `${simulatedWord}-${name}` : name;
}

/** What an exported file says of itself, in sentences of one line each; no colon, which LoadGen's readers take for a figure. */
export function markLines(mark: Mark): string[] {
  return saidOf(
    mark.simulated && `${simulatedWord}. Every number comes from a simulated engine and says nothing about hardware.`,
    `Made by ${mark.madeBy} from trial ${mark.trialId} of study ${mark.study}, and not by LoadGen.`,
    mark.cutShort,
    `Ceteris judged the trial ${mark.status} (${mark.reason.replaceAll(":", ",").replaceAll(/\s+/g, " ")}).`,
  );
}
