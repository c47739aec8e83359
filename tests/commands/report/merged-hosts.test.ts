import { cpSync } from "node:fs";
import { expect, it } from "vitest";
import { analyseStudy } from "../../../src/commands/report/analyse-study.ts";
import type { Analysis } from "../../../src/schema/analysis.ts";
import type { StudyRecord } from "../../../src/schema/study-record.ts";
import { writeStudyRecord } from "../../../src/store/study-file.ts";
import { writeTrial } from "../../../src/store/trial-folder.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { onHosts, threeHosts } from "../../laboratory/virtual-hosts.ts";
import { designRow, laboratoryReport } from "../../support/laboratory-report.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const world = realWorld();
const temporaryFolder = useTemporaryFolders();

/** A study whose hosts wrote into a results folder each, put together by copying, read and analysed. */
async function merged(...engine: Parameters<typeof onHosts>): Promise<Analysis> {
  const { study, trials } = laboratoryReport({
    design: {
      kind: "isolation",
      changes: [designRow("seqs256", { max_num_seqs: 256 }), designRow("eager", { enforce_eager: true })],
    },
    engine: { ...onHosts(...engine), effects: [{ knobs: { max_num_seqs: 256 }, throughput: 1.06 }] },
    study: { repeats: 6 },
  });
  const together = temporaryFolder();
  const folders = new Map<string, string>();
  for (const trial of trials) {
    const host = JSON.stringify(trial.provenance?.host["hostname"]);
    const folder = folders.get(host) ?? temporaryFolder();
    folders.set(host, folder);
    const written = await writeTrial(
      world,
      folder,
      { ...trial, study: study.name },
      { observation: null, outputs: null },
    );
    expect(written.ok).toBe(true);
  }
  for (const folder of folders.values()) {
    await writeStudyRecord(world, folder, study as unknown as StudyRecord);
    cpSync(folder, together, { recursive: true });
  }
  const analysed = await analyseStudy(world, together, study.name);
  if (!analysed.ok) throw new Error(analysed.problem.message);
  expect(analysed.value.leftOut).toEqual([]);
  expect(analysed.value.analysis.trials).toHaveLength(trials.length);
  return analysed.value.analysis;
}

const saidOf = ({ decisions, effects }: Analysis) => ({
  decisions: decisions.map(({ experiment, outcome, because }) => ({ experiment, outcome, because })),
  effects: effects.map(({ treatment, metric, stat, ratio, interval, p, pAdjusted, blocks }) => ({
    of: [treatment, metric, stat, blocks],
    figures: [ratio, interval?.lower, interval?.upper, p, pAdjusted].map((one) => one?.toFixed(9)),
  })),
});

it.each([0, 0.02, 0.05])(
  "three hosts that differ by a share of %d say what one host says, from folders that were copied together",
  async (share) => {
    const [one, three] = [await merged(threeHosts(0), () => 0), await merged(threeHosts(share))];
    expect(one.hosts).toEqual([]);
    expect(saidOf(one).decisions.map(({ outcome }) => outcome)).toContain("SHIP");
    expect(three.hosts[0]?.hosts.map(({ name, blocks }) => [name, blocks])).toEqual([
      ["n1", [1, 4]],
      ["n2", [2, 5]],
      ["n3", [3, 6]],
    ]);
    expect(saidOf(three)).toEqual(saidOf(one));
  },
);
