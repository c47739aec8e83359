import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StudyStatus } from "../../src/report/index.ts";
import { expectNothingLeft, expectWhole, faultStudy, measuredCodes } from "../faults/fault-study.ts";
import { makeStudyFolder, runCli, storedTrials, until } from "../support/cli.ts";
import { slurmLack, startSlurm, type SlurmCluster } from "../support/slurm-cluster.ts";

const trials = 5;
/** One block, of which each trial takes long enough for Slurm to look at the limit meanwhile: it does so twice a minute. */
const matrix = faultStudy("limit", trials, { seconds: 12 });

const lack = await slurmLack();

describe.skipIf(lack !== null)(
  `a job whose time is up on a real Slurm${lack === null ? "" : `, skipped: ${lack}`}`,
  () => {
    let slurm: SlurmCluster;
    let study: ReturnType<typeof makeStudyFolder>;
    beforeAll(async () => {
      slurm = await startSlurm({ nodes: 1 });
      study = makeStudyFolder({ "matrices/limit.yaml": matrix });
    });
    afterAll(async () => {
      await slurm?.stop();
      study?.remove();
    });

    const ceteris = (...args: string[]) =>
      runCli(args, study.folder, { ...slurm.variables, CETERIS_CACHE: join(study.folder, "cache") });
    const status = async () => (JSON.parse((await ceteris("status", "limit", "--json")).stdout) as [StudyStatus])[0];
    const stored = (): string[] => {
      const found = readdirSync(join(study.folder, "results/limit")).some((name) => name.startsWith("exp1_"));
      return found ? storedTrials(study.folder, "limit").map(({ trial }) => trial.spec.trial_id) : [];
    };
    const queueIsEmpty = async (): Promise<boolean> => (await slurm.queue("%i")).length === 0;
    const submit = async (): Promise<void> => {
      const { code, stderr } = await ceteris("run", "matrices/limit.yaml", "--executor", "slurm");
      expect([code, stderr]).toEqual([0, expect.anything()]);
    };

    it("costs the trial in flight, says why and what next, and its block goes on with the next submission", async () => {
      await submit();
      await until(() => stored().length > 0);
      // Slurm knows whole minutes; an end that is earlier than its limit would be is a limit all the same. It refuses an
      // end that is a second old when the controller reads it.
      await slurm.command("scontrol", "update", "JobId=1_1", "EndTime=now+5");
      await until(queueIsEmpty, 120);
      const before = stored();
      expect(before.length).toBeLessThan(trials);
      const log = readFileSync(join(study.folder, "results/limit/.submissions/0001-slurm/1.log"), "utf8");
      expect(log).toMatch(/DUE TO TIME LIMIT[^]*SIGTERM: stopping and cleaning up/);
      expectNothingLeft(study.folder, "limit");
      expect(readdirSync(join(study.folder, "results/limit/.leases/block-0001/0001"))).toEqual(["holder.json"]);
      expect(await status()).toMatchObject({
        running: false,
        handedOut: [{ blocks: 1, running: 0, ended: 1, unknown: 0, left: [{ blocks: "1", said: "TIMEOUT" }] }],
        next: "ceteris run matrices/limit.yaml --fidelity smoke --executor slurm",
      });
      expect((await ceteris("cancel", "limit")).stdout).toBe("limit: 1 job had ended already\n");

      await submit();
      await until(queueIsEmpty);
      expect(stored()).toEqual(expect.arrayContaining(before));
      expect(await status()).toMatchObject({
        done: trials,
        handedOut: [
          { done: 1, ended: 0 },
          { done: 1, ended: 0 },
        ],
      });
      expect(measuredCodes).toContain((await ceteris("run", "matrices/limit.yaml")).code);
      expectNothingLeft(study.folder, "limit");
      await expectWhole(study.folder, { limit: trials });
    });
  },
);
