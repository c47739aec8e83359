import { expandStudy, orderTrials, remainingOfBlock, remainingTrials, type Remaining } from "../../src/design/index.ts";
import type { Devices, Ledger, LedgerEntry, PlannedTrial, TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Study } from "../../src/schema/study.ts";
import { makeStudy } from "./make-study.ts";

const hourS = 3600;
export const hour = 1;
export const day = 24;
export const oneMachine: Devices = { host: "bench-1", gpus: { null: "GPU-1 570.1" }, engine: {} };

export interface RunOptions {
  study?: Study;
  /** The run is killed after this many trials. */
  trials?: number;
  only?: string[];
  /** `--block`: this block of the plan alone. */
  block?: number;
  retry?: ("failed" | "invalid")[];
  /** `--repeats`: as many blocks in all. */
  repeats?: number;
  devices?: Devices;
  /** Ids of folders that cannot be read. */
  taken?: string[];
  /** The build of the engine that is found when it has started; by the engine that is declared where there are several. */
  engine?: string | ((spec: TrialSpec) => Devices["engine"]);
  status?(spec: TrialSpec): LedgerEntry["status"];
}

function enginesOf({ engine = "engine 1.0" }: RunOptions, spec: TrialSpec): Devices["engine"] {
  return typeof engine === "string" ? { engine } : engine(spec);
}

/**
 * A study that is run, stopped and run again in a world of numbers: each launch takes a minute, each trial ten. What
 * `study.json` would keep is kept.
 */
export function createHistory(study: Study) {
  const entries: (LedgerEntry & TrialSpec)[] = [];
  let planned: readonly PlannedTrial[] = [];
  let nowS = 0;
  const at = (seconds: number): string => new Date(1000 * seconds).toISOString();

  /** What a run that starts now would do. */
  function lookAhead(options: RunOptions = {}): Remaining {
    const asked: Study = { ...(options.study ?? study) };
    if (options.repeats !== undefined) asked.repeats = options.repeats;
    const ledger: Ledger = { trials: entries, planned, taken: options.taken ?? [] };
    const common = {
      ledger,
      now: { atMs: 1000 * nowS, devices: options.devices ?? oneMachine },
      retry: new Set(options.retry),
    };
    const expansion = expandStudy(asked);
    if (options.block !== undefined)
      return remainingOfBlock(asked, orderTrials(asked, expansion), common, options.block);
    return remainingTrials(asked, expansion, {
      ...common,
      wanted: (name) => options.only?.includes(name) ?? true,
      everySeed: options.repeats !== undefined,
    });
  }

  /** Runs them, and returns the trials that ended. */
  function run(options: RunOptions = {}): (LedgerEntry & TrialSpec)[] {
    const { trials } = lookAhead(options);
    planned = trials;
    const done = trials.slice(0, options.trials).map((spec) => {
      const startedAt = at(nowS + 60);
      nowS += 660;
      const { host, gpus } = options.devices ?? oneMachine;
      return {
        ...spec,
        status: options.status?.(spec) ?? ("SCREENED" as const),
        devices: { host, gpus, engine: enginesOf(options, spec) },
        startedAt,
        endedAt: at(nowS),
        loadS: 500,
        startupS: 60,
      };
    });
    entries.push(...done);
    return done;
  }

  return {
    entries,
    run,
    lookAhead,
    wait: (hours: number) => void (nowS += hours * hourS),
    /** Names of the trials of each block, by its number, in the order in which they ran; accuracy says so. */
    blocks(): Record<number, string[]> {
      const blocks: Record<number, string[]> = {};
      for (const { block, experiment, purpose } of entries)
        (blocks[block] ??= []).push(purpose === "performance" ? experiment : `${experiment} (${purpose})`);
      return blocks;
    },
  };
}

/** An isolation with a change for each letter. */
export function studyOf(rows: string, more: Partial<Study> = {}): Study {
  const changes = Array.from(rows, (id) => ({
    id,
    label: id,
    set: { max_model_len: 100 * id.charCodeAt(0) },
    pointer: "",
  }));
  return makeStudy({ kind: "isolation", changes }, more);
}
