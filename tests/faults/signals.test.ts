import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, repository, startCli, until } from "../support/cli.ts";
import { expectNothingLeft, expectWhole, faultStudy, processesIn } from "./fault-study.ts";
import { ownFaults } from "./own-faults.ts";

const study = makeStudyFolder({
  "matrices/ended.yaml": faultStudy("ended", 2, { long: true }),
  "matrices/unseen.yaml": faultStudy("unseen", 2, { long: true }),
  "matrices/terminal.yaml": faultStudy("terminal", 2, { long: true }),
});
afterAll(() => study.remove());

const underLoad = (stdout: string): boolean =>
  eventsOf(stdout).some(({ type, phase }) => type === "progress" && phase === "measure");

describe("a signal", () => {
  it.each(["SIGINT", "SIGTERM", "SIGQUIT"] as const)(`${ownFaults.interrupted.injected}: %s`, async (signal) => {
    const running = startCli(["run", "matrices/ended.yaml", "--json"], study.folder);
    await until(() => underLoad(running.stdout()));
    process.kill(running.child.pid!, signal);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([
      130,
      expect.stringContaining(`${signal}: stopping and cleaning up; finished trials are kept`),
    ]);
    expectNothingLeft(study.folder, "ended");
  });

  it(`planted: ${ownFaults.hangup.injected}`, async () => {
    const running = startCli(["run", "matrices/unseen.yaml", "--json"], study.folder);
    await until(() => underLoad(running.stdout()));
    running.child.stdout!.destroy();
    running.child.stderr!.destroy();
    process.kill(running.child.pid!, "SIGHUP");
    const { signal } = await running.ended;
    expect(signal).toBeNull();
    expectNothingLeft(study.folder, "unseen");
  });
});

/** `script` of util-linux runs a command on a terminal of its own. */
it(`planted: ${ownFaults.terminalGone.injected}`, async () => {
  const terminal = spawn(
    "script",
    [
      "-qec",
      `stty cols 100 rows 40; exec ${join(repository, "bin/ceteris.sh")} run matrices/terminal.yaml`,
      "/dev/null",
    ],
    { cwd: study.folder, stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, CI: "", MLFLOW_TRACKING_URI: "" } },
  );
  let shown = "";
  terminal.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  await until(() => /measure \d/.test(shown));
  terminal.kill("SIGKILL");
  await until(() => processesIn(study.folder).length === 0);
  expect(shown).not.toContain("internal error");
  expectNothingLeft(study.folder, "terminal");
  await expectWhole(study.folder, { unseen: 2, terminal: 2 });
});
