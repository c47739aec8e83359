import type { LaunchPhase } from "../schema/launch.ts";

/** The phases of a start, as the lines that end them come in. */
export interface PhaseClock {
  /** A line that was seen so many seconds after the start; the phases that it ends. */
  line(text: string, atS: number): LaunchPhase[];
  /** Ends a phase that no line tells. */
  end(id: string, atS: number): LaunchPhase;
  phases(): LaunchPhase[];
}

/** Characters of a line that are looked at: what a pattern costs grows faster than what it is tried on. */
const longestLine = 4000;

/** A phase begins where the one that ended before it ended; each ends once, at the first line that matches. */
export function phaseClock(declared: readonly { id: string; pattern: string }[]): PhaseClock {
  const open = declared.map(({ id, pattern }) => ({ id, regex: new RegExp(pattern) }));
  const ended: LaunchPhase[] = [];
  const end = (id: string, atS: number): LaunchPhase => {
    const phase = { id, atS: rounded(atS), tookS: Math.max(0, rounded(atS - (ended.at(-1)?.atS ?? 0))) };
    ended.push(phase);
    return phase;
  };
  return {
    line(text, atS) {
      const begun = text.slice(0, longestLine);
      const matching = open.filter(({ regex }) => regex.test(begun));
      for (const phase of matching) open.splice(open.indexOf(phase), 1);
      return matching.map(({ id }) => end(id, atS));
    },
    end,
    phases: () => [...ended],
  };
}

/** Lines are seen when the log is looked at, every 100 ms or less often: more digits would be made up. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
