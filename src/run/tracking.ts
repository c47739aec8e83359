import { join } from "node:path";
import { mirrors, type Delivery, type OpenMirror, type SentTrial } from "../mirrors/index.ts";
import type { Conclusion } from "../schema/conclusion.ts";
import type { RunEvent } from "../schema/event.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { succeed, type Fault, type Result } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import { launchFolder, readSeries, readStudyRecord, readTrials, takeSendLease, trialFolder } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { countText } from "../math/figures.ts";
import { chartedSeries } from "./charted-series.ts";

type Report = (event: RunEvent) => void;
type StudyPlace = Pick<StudyDelivery, "resultsFolder" | "study">;

/** The longest that a mirror may hold up a run after a launch; what is missing then, `ceteris sync` sends. */
const budgetMs = 120_000;

/** The mirrors of a run. A dead one costs a notice, once. */
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
  const open: { name: string; mirror: OpenMirror; behind: boolean }[] = [];
  for (const kind of Object.values(mirrors)) {
    const mirror = kind.open(world, address ?? null);
    if (!mirror.ok) return mirror;
    if (mirror.value) open.push({ name: kind.name, mirror: mirror.value, behind: false });
  }
  const tracking: Tracking = {
    async catchUp(place, report) {
      if (open.length === 0) return;
      const { trials } = await trialsToSend(world, place); // the run names those that cannot be read
      if (trials.length > 0) await tracking.send({ ...place, trials }, report);
    },
    async send(delivery, report) {
      for (const target of open) {
        if (target.behind) continue;
        const sent = await sendStudy(world, target.mirror, delivery, budgetMs);
        if (sent.ok) {
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
        target.behind = true;
        const message = `${sent.problem.message}; the run goes on, ceteris sync sends the rest later`;
        report({ type: "mirror", mirror: target.name, state: "behind", message });
      }
    },
  };
  return succeed(tracking);
}

/** True where the mirror may well be there: the study's record is missing, or cannot be read. */
export function isOfRecord({ code }: Fault): boolean {
  return code === "no-such-study" || code.startsWith("stored-");
}

/** Every trial of a study with its folder, and those that cannot be read. */
export async function trialsToSend(
  world: Pick<World, "files">,
  { resultsFolder, study }: StudyPlace,
): Promise<Pick<StudyDelivery, "trials"> & { leftOut: LeftOut[] }> {
  const studyFolder = join(resultsFolder, study);
  const { read, leftOut } = await readTrials(world, studyFolder);
  return { trials: read.map((trial) => ({ trial, folder: trialFolder(studyFolder, trial.spec) })), leftOut };
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
  const lease = await takeSendLease(world, join(resultsFolder, study), sendWaitMs);
  if (!lease.ok) return lease;
  const unreadable: string[] = [];
  try {
    const sent = await mirror.send({
      study: record.value,
      trials: delivery.trials.map((one) => sentTrial(world, delivery, one, (message) => unreadable.push(message))),
      ...(files === undefined ? {} : { files }),
      ...(conclusion === undefined ? {} : { conclusion }),
      ...(limitMs === undefined ? {} : { budgetMs: limitMs }),
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
