import { Listr, type ListrTask } from "listr2";
import { toDisk } from "../schema/disk.ts";
import type { RunEvent } from "../schema/event.ts";
import { shownText } from "../schema/terminal-text.ts";
import type { World } from "../world/world.ts";
import { duration } from "../report/index.ts";
import { countText } from "../math/figures.ts";

export interface ProgressReporter {
  report(event: RunEvent): void;
  /** Everything that was told is shown. */
  end(): Promise<void>;
}

/** Events as lines of JSON for machines, a live list on a terminal, plain lines elsewhere. */
export function progressReporter(world: World, json: boolean): ProgressReporter {
  if (json) return { report: (event) => world.streams.out(`${JSON.stringify(toDisk(event))}\n`), end: async () => {} };
  return world.streams.errIsTerminal && !world.variables["CI"] ? liveReporter(world) : plainReporter(world);
}

/** One line for what happened; null for what only a live display shows. */
export function eventLine(event: RunEvent): string | null {
  switch (event.type) {
    case "plan":
      return `${event.study}: ${countText(event.experiments, "experiment")}, ${countText(event.trials, "trial")}, ${event.todo} to do${event.origin === "simulated" ? " (SIMULATED)" : ""}`;
    case "notice":
      return `note: ${event.message}`;
    case "launch":
      return event.phase === "ready" ? `${event.experiment}: engine ready after ${event.elapsedS.toFixed(1)} s` : null;
    case "trial-end":
      return `${event.status.padEnd(8)} ${event.experiment}, ${event.purpose} (${event.tookS.toFixed(1)} s): ${event.reason}`;
    case "mirror":
      return event.state === "behind" ? `${event.mirror}: ${event.message}` : null;
    case "fault":
      return `${event.fault.message}\n  ${event.fault.hint}`;
    case "summary":
      return `${summaryText(event.trials)}${event.report === null ? "" : `\nreport: ${event.report}`}`;
    case "trial-start":
    case "progress":
      return null;
  }
}

function summaryText(trials: Record<string, number>): string {
  return Object.entries(trials)
    .filter(([, number]) => number > 0)
    .map(([status, number]) => `${number} ${status.toUpperCase()}`)
    .join(", ");
}

function plainReporter(world: World): ProgressReporter {
  return {
    report(event) {
      const line = eventLine(event);
      if (line !== null) world.streams.err(`${line}\n`);
    },
    end: async () => {},
  };
}

interface ShownTrial {
  title: string;
  output: string;
  finish(): void;
  fail(): void;
}

/** A list that grows by a task for each trial: its phase, requests done, tok/s, time left. */
function liveReporter(world: World): ProgressReporter {
  const startedNs = world.clock.nowNs();
  let shown: Promise<unknown> = Promise.resolve();
  let current: ShownTrial | null = null;
  let total = 0;
  let done = 0;
  let purpose = "";

  const leftText = (): string => {
    if (done === 0) return "";
    const perTrialS = Number(world.clock.nowNs() - startedNs) / 1e9 / done;
    return `, about ${duration(Math.round(perTrialS * (total - done)))} left`;
  };
  const trialOf = (experiment: string): ShownTrial => {
    if (current) return current;
    const ended = Promise.withResolvers<void>();
    const trial: ShownTrial = {
      title: `${done + 1}/${total} ${experiment}`,
      output: "",
      finish: () => ended.resolve(),
      fail: () => ended.reject(new Error(trial.title)),
    };
    shown = shown.then(() => new Listr([taskOf(trial, ended.promise)], { exitOnError: false }).run());
    current = trial;
    return trial;
  };
  const line = (event: RunEvent): void => {
    const text = eventLine(event);
    if (text !== null) shown = shown.then(() => world.streams.err(`${text}\n`));
  };

  return {
    report(event) {
      switch (event.type) {
        case "launch":
          // What a launch tells after its trials have ended is its stop: the next trial's line is not there yet.
          if (event.phase === "start") trialOf(event.experiment);
          if (current) current.output = `engine: ${event.phase} (${event.elapsedS.toFixed(1)} s)`;
          return;
        case "trial-start":
          trialOf(event.experiment);
          purpose = event.purpose;
          return;
        case "progress": {
          const rate = event.tokensPerS === null ? "" : `, ${event.tokensPerS.toFixed(0)} tok/s`;
          if (current) current.output = `${purpose}, ${event.phase} ${event.done}/${event.of}${rate}${leftText()}`;
          return;
        }
        case "trial-end": {
          const trial = trialOf(event.experiment);
          done += 1;
          trial.title = eventLine(event) ?? event.experiment;
          if (event.status === "FAILED" || event.status === "INVALID") trial.fail();
          else trial.finish();
          current = null;
          return;
        }
        default:
          if (event.type === "plan") total = event.todo;
          line(event);
      }
    },
    async end() {
      current?.finish(); // interrupted: the trial in flight is shown as it stands
      await shown;
    },
  };
}

/** Redrawn five times a second: events may come by the thousand. */
function taskOf(trial: ShownTrial, ended: Promise<void>): ListrTask {
  return {
    // What a server or a log says is in it, and the list is not drawn by our own streams.
    title: shownText(trial.title),
    async task(_context, task) {
      const timer = setInterval(() => {
        task.output = shownText(trial.output);
      }, 200);
      try {
        await ended;
      } finally {
        clearInterval(timer);
        task.title = shownText(trial.title);
      }
    },
  };
}
