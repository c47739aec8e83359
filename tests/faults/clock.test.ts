import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, runCli, startCli, storedTrials, until } from "../support/cli.ts";
import { expectNothingLeft, expectWhole, faultStudy, measuredCodes } from "./fault-study.ts";
import { ownFaults } from "./own-faults.ts";

/** Sets the program's wall clock back by a day and forward by two, in turn, every 400 ms. */
const setting = `const RealDate = Date;
const began = RealDate.now();
const day = 86400000;
const aheadMs = () => { const turn = Math.floor((RealDate.now() - began) / 400) % 3; return [0, -day, 2 * day][turn]; };
globalThis.Date = class extends RealDate {
  constructor(...args) { if (args.length === 0) super(RealDate.now() + aheadMs()); else super(...args); }
  static now() { return RealDate.now() + aheadMs(); }
};
`;
const study = makeStudyFolder({
  "matrices/clock.yaml": faultStudy("clock", 3),
  "matrices/stopped.yaml": faultStudy("stopped", 2, { long: true }),
  "set-clock.mjs": setting,
});
afterAll(() => study.remove());

it(`planted: ${ownFaults.clockSet.injected}`, async () => {
  const variables = { NODE_OPTIONS: `--import=${join(study.folder, "set-clock.mjs")}` };
  const answer = await runCli(["run", "matrices/clock.yaml", "--json"], study.folder, variables);
  expect([measuredCodes.includes(answer.code!), answer.stderr]).toEqual([
    true,
    expect.not.stringContaining("internal error"),
  ]);
  const ended = eventsOf(answer.stdout).filter(({ type }) => type === "trial-end");
  expect(ended).toHaveLength(3);
  for (const event of ended) {
    expect(event["took_s"]).toBeGreaterThan(0);
    expect(event["took_s"]).toBeLessThan(60);
  }
  expectNothingLeft(study.folder, "clock");
  await expectWhole(study.folder, { clock: 3 });
});

it(`planted: ${ownFaults.stopped.injected}`, async () => {
  const running = startCli(["run", "matrices/stopped.yaml", "--json"], study.folder);
  await until(() =>
    eventsOf(running.stdout()).some(
      ({ type, phase, done }) => type === "progress" && phase === "measure" && Number(done) > 5,
    ),
  );
  process.kill(running.child.pid!, "SIGSTOP");
  await wait(3000);
  process.kill(running.child.pid!, "SIGCONT");
  const { code } = await running.ended;
  expect(code).toBe(4);
  const [stopped] = storedTrials(study.folder, "stopped").filter(({ trial }) => trial.spec.experiment === "baseline");
  expect(stopped!.trial.verdict.checks.find(({ id }) => id === "client-paused")).toMatchObject({
    status: "fail",
    message: expect.stringMatching(/the client was paused for up to (29\d\d|[3-9]\d\d\d|\d{5}) ms/) as string,
  });
  expectNothingLeft(study.folder, "stopped");
});
