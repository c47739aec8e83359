import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, storedTrials, until, type RunningCli } from "../support/cli.ts";
import { lackingHosts, processesOf, startOnHost } from "../support/linux-host.ts";
import { expectNothingLeft, expectWhole, faultStudy, measuredCodes, storedLaunches } from "./fault-study.ts";
import { ownFaults } from "./own-faults.ts";

const lacking = lackingHosts();

/** A wall clock that is some days ahead. */
const daysAhead = (days: number): string => `const RealDate = Date;
const aheadMs = ${days} * 86400000;
globalThis.Date = class extends RealDate {
  constructor(...args) { if (args.length === 0) super(RealDate.now() + aheadMs); else super(...args); }
  static now() { return RealDate.now() + aheadMs; }
};
`;
/** Who waits for a sign of life of a holder sleeps a quarter of a second between two looks: here a fiftieth of that, so that the term of two minutes passes in three seconds. */
const hastyLooks = `import timers from "node:timers/promises";
import { syncBuiltinESMExports } from "node:module";
const wait = timers.setTimeout;
timers.setTimeout = (ms, value, options) => wait(ms === 250 && !options?.signal ? 5 : ms, value, options);
syncBuiltinESMExports();
`;

const study = makeStudyFolder({
  "matrices/shared.yaml": faultStudy("shared", 4, { long: true, repeats: 2 }),
  "matrices/left.yaml": faultStudy("left", 3, { long: true }),
  "behind.mjs": daysAhead(-1),
  "ahead.mjs": daysAhead(2),
  "hasty.mjs": daysAhead(2) + hastyLooks,
});
const frozen = new Set<number>();
afterAll(() => {
  for (const pid of frozen) process.kill(pid, "SIGKILL");
  study.remove();
});

/** The hosts' clocks are days apart, those of the wall and of the time since the boot. */
const start = (host: "host-a" | "host-b" | "host-c", clock: string, args: string[]): RunningCli =>
  startOnHost({ name: host, daysUp: host === "host-a" ? 0 : 30 }, ["run", ...args, "--json"], study.folder, {
    NODE_OPTIONS: `--import=${join(study.folder, clock)}`,
    CETERIS_CACHE: join(study.folder, `cache-${host}`),
  });
const happened = (running: RunningCli, type: string): boolean =>
  eventsOf(running.stdout()).some((event) => event.type === type);
const ids = (of: string): string[] => storedTrials(study.folder, of).map(({ trial }) => trial.spec.trial_id);

/** Beside other work the studies of several hosts take minutes. */
const timeout = 600_000;

describe.skipIf(lacking !== undefined)(
  `two hosts with one shared folder${lacking === undefined ? "" : `: ${lacking}`}`,
  () => {
    it(`planted: ${ownFaults.twoHosts.injected}`, { timeout }, async () => {
      const first = start("host-a", "behind.mjs", ["matrices/shared.yaml", "--block", "1"]);
      await until(() => happened(first, "trial-start"));
      const beside = start("host-b", "ahead.mjs", ["matrices/shared.yaml", "--block", "2"]);
      const again = start("host-b", "ahead.mjs", ["matrices/shared.yaml", "--block", "1"]);
      const whole = start("host-c", "ahead.mjs", ["matrices/shared.yaml"]);
      const holder = /process \d+ on host-a has been running this study since/;
      for (const refused of [again, whole]) {
        const { code, stderr } = await refused.ended;
        expect([code, stderr]).toEqual([2, expect.stringMatching(holder)]);
      }
      for (const { ended } of [first, beside]) expect(measuredCodes).toContain((await ended).code);
      const after = await start("host-b", "ahead.mjs", ["matrices/shared.yaml"]).ended;
      expect([measuredCodes.includes(after.code!), ids("shared").length]).toEqual([true, 8]);
      const hosts = storedTrials(study.folder, "shared").map(({ trial }) => [
        trial.spec.block,
        (trial.provenance!["host"] as { hostname: string }).hostname,
      ]);
      expect(new Set(hosts.map(String))).toEqual(new Set(["1,host-a", "2,host-b"]));
      expectNothingLeft(study.folder, "shared");
      await expectWhole(study.folder, { shared: 8 });
    });

    it(`planted: ${ownFaults.takenOver.injected}`, { timeout }, async () => {
      const asleep = start("host-a", "behind.mjs", ["matrices/left.yaml"]);
      // The first trial has ended, and the second is under load.
      await until(() => {
        const seen = eventsOf(asleep.stdout());
        return (
          seen.findLast(({ type }) => type === "trial-end" || type === "progress")?.["phase"] === "measure" &&
          seen.some(({ type }) => type === "trial-end")
        );
      });
      for (const pid of processesOf(asleep)) {
        process.kill(pid, "SIGSTOP");
        frozen.add(pid);
      }
      const [kept] = ids("left");
      const taker = await start("host-b", "hasty.mjs", ["matrices/left.yaml"]).ended;
      expect([measuredCodes.includes(taker.code!), taker.stdout]).toEqual([
        true,
        expect.stringContaining("on host-a has been running this study since"),
      ]);
      const open = storedLaunches(study.folder, "left").find(({ ended_at: endedAt }) => endedAt === null)!;
      const before = filesBut(`launches/${open.id}`);
      for (const pid of frozen) process.kill(pid, "SIGCONT");
      frozen.clear();
      const { code, stdout, stderr } = await asleep.ended;
      expect([code, stdout + stderr]).toEqual([2, expect.stringContaining("another run took over a block of left")]);
      expect(filesBut(`launches/${open.id}`)).toEqual(before);
      // What the first host had measured stays; the rest ran on the other, in a block of its own beside the baseline.
      const after = await start("host-b", "ahead.mjs", ["matrices/left.yaml"]).ended;
      expect([measuredCodes.includes(after.code!), ids("left").length]).toEqual([true, 4]);
      expect(ids("left")).toContain(kept);
      expectNothingLeft(study.folder, "left");
      await expectWhole(study.folder, { left: 4 });
    });
  },
);

/** Digests of all files of the study that lie elsewhere than in this folder, by their paths. */
function filesBut(folder: string): Record<string, string> {
  const place = join(study.folder, "results/left");
  const paths = (readdirSync(place, { recursive: true }) as string[]).filter(
    (path) => !path.startsWith(folder) && statSync(join(place, path)).isFile(),
  );
  const digest = (path: string) =>
    createHash("sha256")
      .update(readFileSync(join(place, path)))
      .digest("hex");
  return Object.fromEntries(paths.map((path) => [path, digest(path)]));
}
