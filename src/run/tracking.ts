import { join } from "node:path";
import { mirrors, type Delivery, type OpenMirror, type SentTrial } from "../mirrors/index.ts";
import type { Conclusion } from "../schema/analysis.ts";
import type { RunEvent } from "../schema/event.ts";
import { defined } from "../schema/json.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { isEdited } from "../schema/manifest.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import { launchFolder, readSeries, readStudyRecord, readTrials, takeStudyLease, trialFolder } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { countText } from "../math/figures.ts";
import { chartedSeries } from "./charted-series.ts";

type Report = (event: RunEvent) => void;
type StudyPlace = Pick<StudyDelivery, "resultsFolder" | "study">;

/**
 * What each mirror may take of a run: two minutes, and on top a tenth of the time since the run began. What is missing then,
 * a later try or `ceteris sync` sends.
 */
const allowanceMs = 120_000;
const allowanceShare = 0.1;

/** Before a mirror that failed is tried again; the wait doubles with each failure. The run's end tries once more in any case. */
const firstWaitMs = 60_000;
const longestWaitMs = 900_000;

/** The mirrors of a run. A dead one costs a notice, once; where it answers again, it gets what it lacks. */
export interface Tracking {
  /** Sends what the mirrors lack of the study's earlier runs, before this one adds to it. */
  catchUp(place: StudyPlace, report: Report): Promise<void>;
  send(delivery: StudyDelivery, report: Report): Promise<void>;
}

export interface StudyDelivery {
  resultsFolder: string;
  study: string;
  trials: { trial: Trial; folder: string }[];
  /** Of the study itself: its report and its matrix, by their places beside it. */
  files?: Delivery["files"];
  conclusion?: Conclusion;
}

/** From `--tracking`, else the environment; `none` says no to both. */
export function trackingOf(world: World, address: string | undefined): Result<Tracking> {
  if (address === "none") return succeed({ catchUp: async () => {}, send: async () => {} });
  const open: OpenTarget[] = [];
  for (const kind of Object.values(mirrors)) {
    const mirror = kind.open(world, address ?? null);
    if (!mirror.ok) return mirror;
    if (mirror.value)
      open.push({ name: kind.name, mirror: mirror.value, spentMs: 0, failures: 0, againAtMs: 0, said: "" });
  }
  const nowMs = (): number => Number(world.clock.nowNs()) / 1e6;
  const beganMs = nowMs();
  const tracking: Tracking = {
    async catchUp(place, report) {
      if (open.length === 0) return;
      const { trials } = await trialsToSend(world, place); // the run names those that cannot be read
      if (trials.length > 0) await tracking.send({ ...place, trials }, report);
    },
    async send(delivery, report) {
      for (const target of open) {
        const startMs = nowMs();
        if (startMs < target.againAtMs && delivery.conclusion === undefined) continue;
        const isBehind = target.failures > 0;
        const trials = isBehind ? (await trialsToSend(world, delivery)).trials : delivery.trials;
        const leftMs = allowanceMs + allowanceShare * (startMs - beganMs) - target.spentMs;
        const sent =
          leftMs < 1
            ? allowanceSpent(target)
            : await sendStudy(world, target.mirror, { ...delivery, trials }, Math.floor(leftMs));
        target.spentMs += nowMs() - startMs;
        if (sent.ok) {
          Object.assign(target, { failures: 0, said: "" });
          for (const message of sent.value.notices) report({ type: "notice", code: target.name, message });
          if (sent.value.sent > 0 || delivery.conclusion !== undefined) {
            report({
              type: "mirror",
              mirror: target.name,
              state: "sent",
              message: countText(sent.value.sent, "trial"),
            });
          }
          continue;
        }
        if (isOfRecord(sent.problem)) continue; // the run names the record, and writes it again
        target.againAtMs = nowMs() + Math.min(firstWaitMs * 2 ** target.failures, longestWaitMs);
        target.failures += 1;
        const message = `${sent.problem.message}; the run goes on. ${sent.problem.hint}`;
        if (message !== target.said) report({ type: "mirror", mirror: target.name, state: "behind", message });
        target.said = message;
      }
    },
  };
  return succeed(tracking);
}

/** A mirror, what it took of the run so far, and when it is tried again after it failed. */
interface OpenTarget {
  name: string;
  mirror: OpenMirror;
  spentMs: number;
  /** In a row. */
  failures: number;
  againAtMs: number;
  /** What its last failure said. */
  said: string;
}

function allowanceSpent({ name, mirror, spentMs }: OpenTarget): { ok: false; problem: Fault } {
  return fail(
    "mirror-slow",
    `${name} at ${mirror.where} is slow: it took ${Math.round(spentMs / 1000)} s, and may take ${allowanceMs / 1000} s and a tenth of a run`,
    "The results are safe in their folders; `ceteris sync` sends what is missing.",
  );
}

/** True where the mirror may well be there: the study's record is missing, or cannot be read. */
export function isOfRecord({ code }: Fault): boolean {
  return code === "no-such-study" || code.startsWith("stored-");
}

/** Every trial of a study with its folder, and those that cannot be read. One that was edited is no trial to be shown elsewhere. */
export async function trialsToSend(
  world: Pick<World, "files">,
  { resultsFolder, study }: StudyPlace,
): Promise<Pick<StudyDelivery, "trials"> & { leftOut: LeftOut[] }> {
  const studyFolder = join(resultsFolder, study);
  const { read, leftOut } = await readTrials(world, studyFolder);
  const whole = read.filter((trial) => !isEdited(trial));
  return { trials: whole.map((trial) => ({ trial, folder: trialFolder(studyFolder, trial.spec) })), leftOut };
}

/** The longest that a second sender waits for the first. */
const sendWaitMs = 60_000;

/** Trials of one study with their series and what their launches left. One sender at a time: the second finds all of it there. */
export async function sendStudy(
  world: World,
  mirror: OpenMirror,
  delivery: StudyDelivery,
  limitMs?: number,
): ReturnType<OpenMirror["send"]> {
  const { resultsFolder, study, files, conclusion } = delivery;
  const record = await readStudyRecord(world, resultsFolder, study);
  if (!record.ok) return record;
  const waitMs = Math.min(sendWaitMs, limitMs ?? sendWaitMs);
  const lease = await takeStudyLease(world, join(resultsFolder, study), "send", { waitMs });
  if (!lease.ok) return lease;
  const unreadable: string[] = [];
  try {
    const sent = await mirror.send({
      study: record.value,
      trials: delivery.trials.map((one) => sentTrial(world, delivery, one, (message) => unreadable.push(message))),
      ...defined({ files, conclusion, budgetMs: limitMs }),
    });
    return sent.ok ? succeed({ ...sent.value, notices: [...unreadable, ...sent.value.notices] }) : sent;
  } finally {
    await lease.value.release();
  }
}

function sentTrial(
  world: World,
  { resultsFolder, study }: StudyDelivery,
  { trial, folder }: StudyDelivery["trials"][number],
  unreadable: (message: string) => void,
): SentTrial {
  const startMs = Date.parse(trial.startedAt);
  return {
    trial,
    folder,
    async series() {
      const read = await readSeries(world, folder);
      if (!read.ok) unreadable(`${read.problem.message}: its series are left out\n  ${read.problem.hint}`);
      return chartedSeries(read.ok ? read.value : []).map(({ name, unit, points }) => ({
        name,
        unit,
        points: points.map(({ atS, value }, step) => ({ timeMs: startMs + Math.round(atS * 1000), value, step })),
      }));
    },
    ...(trial.launchId === null ? {} : { launchFolder: launchFolder(join(resultsFolder, study), trial.launchId) }),
  };
}
