import { expect, it } from "vitest";
import { timeSync } from "../../src/telemetry/time-sync.ts";
import { realProcesses } from "../../src/world/processes.ts";

/** What the programs print; one that is not named is not there. */
const asked = (printed: Record<string, string>) =>
  timeSync({
    processes: {
      ...realProcesses,
      run: async ([program = ""]) => {
        const stdout = printed[program];
        return { code: stdout === undefined ? null : 0, stdout: stdout ?? "", stderr: "" };
      },
    },
  });

const tracking = (leap: string): string =>
  `C0A80001,ntp.example,3,1796000000.1,0.000012,0.000010,0.000021,-1.2,0.001,0.03,0.02,0.001,64.2,${leap}\n`;

it.each([
  [{ timedatectl: "yes\n" }, true, "timedatectl"],
  [{ timedatectl: "no\n", chronyc: tracking("Normal") }, false, "timedatectl"],
  [{ chronyc: tracking("Normal") }, true, "chronyc"],
  [{ chronyc: tracking("Not synchronised") }, false, "chronyc"],
  // A container's systemd, which knows nothing.
  [{ timedatectl: "\n", chronyc: "506 Cannot talk to daemon\n" }, null, null],
  [{}, null, null],
])("%j", async (printed, isSynchronised, source) => {
  expect(await asked(printed)).toEqual({ isSynchronised, source });
});
