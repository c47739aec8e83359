import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadRecovery } from "../../src/matrix/index.ts";
import { createRecovery } from "../../src/run/recovery.ts";
import type { RecoveryPolicy } from "../../src/schema/recovery.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { repository } from "../support/cli.ts";
import {
  measured,
  notices,
  outcomeOf,
  runSmall,
  smallMatrix,
  studyWorld,
  type StudyWorld,
} from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const policy: RecoveryPolicy = {
  retry: [{ classes: ["port-in-use", "no-disk"], times: 2, wait_s: 10, factor: 3 }],
  environment: { classes: ["driver", "no-disk"], launches: 3 },
};
const experiment = fakeExperiment("fp8", 1, {});
const ok = fakeTrial(experiment);

function failed(failureClass: string, attempt = 1): Trial {
  const failure = { class: failureClass, message: "it says so", file: null, line: null, hint: "Mend it." };
  return fakeTrial(experiment, { attempt, status: "FAILED", verdict: { failure } });
}

describe("a trial that failed", () => {
  it("is tried again as often as its class says, each time after a longer wait", () => {
    const recovery = createRecovery(policy);
    const first = recovery.after([failed("port-in-use")]);
    expect(first).toMatchObject({ waitS: 10, notice: "fp8: port-in-use; retries in 10 s (1 of 2)", fault: null });
    expect(first.again.map(({ trialId }) => trialId)).toEqual([failed("port-in-use", 2).spec.trialId]);
    expect(recovery.after([failed("port-in-use", 2)])).toMatchObject({ waitS: 30, again: [{ attempt: 3 }] });
    expect(recovery.after([failed("port-in-use", 3)])).toMatchObject({ again: [], notice: null, fault: null });
  });

  it("is not tried again where its class is a result of the configuration", () => {
    expect(createRecovery(policy).after([failed("out-of-memory")])).toMatchObject({ again: [], fault: null });
    expect(createRecovery(policy).after([ok])).toMatchObject({ again: [], fault: null });
  });
});

describe("an environment that fails", () => {
  it("ends the run after so many launches in a row, with the remedy", () => {
    const recovery = createRecovery(policy);
    expect(recovery.after([failed("driver"), failed("driver")]).fault).toBeNull();
    expect(recovery.after([failed("no-disk")]).fault).toBeNull();
    expect(recovery.after([failed("driver")]).fault).toMatchObject({
      code: "environment-fails",
      message: expect.stringContaining("3 launches in a row failed because of the environment"),
      hint: "Mend it. Then run again with --retry failed.",
    });
  });

  it("is one that every launch meets: a trial that ran, or failed otherwise, begins the count again", () => {
    const recovery = createRecovery(policy);
    for (const between of [[ok], [failed("out-of-memory")], [ok, failed("driver")]]) {
      for (const _ of [1, 2]) expect(recovery.after([failed("driver")]).fault).toBeNull();
      expect(recovery.after(between).fault).toBeNull();
    }
  });
});

describe("the policy that comes with the program", () => {
  const file = "experiments/policies/recovery.yaml";
  const text = readFileSync(join(repository, file), "utf8");

  it("is in order, and names classes that there are", () => {
    const { value: shipped, diagnostics } = loadRecovery(join(repository, file), text, repository);
    expect(diagnostics).toEqual([]);
    const known = new Set(
      (
        parse(readFileSync(join(repository, "sut/failures.yaml"), "utf8")) as { failures: { class: string }[] }
      ).failures.map((one) => one.class),
    );
    const named = [...shipped!.retry.flatMap(({ classes }) => classes), ...shipped!.environment.classes];
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  });

  it("is refused with its place where it is not", () => {
    const { value: none, diagnostics } = loadRecovery(
      "/s/experiments/policies/recovery.yaml",
      text.replace("times: 3", "times: 0"),
      "/s",
    );
    expect(none).toBeNull();
    expect(diagnostics).toMatchObject([{ file: "experiments/policies/recovery.yaml", line: 7 }]);
  });
});

const temporaryFolder = useTemporaryFolders();

/** A world in which the first `failing` launches fail at their start. */
function failingWorld(folder: string, failing: number, failureClass: string): StudyWorld {
  let launches = 0;
  return studyWorld(folder, ({ processes }) => ({
    processes: {
      ...processes,
      spawn(request) {
        const fault = (launches += 1) <= failing ? `crash-at-start:${failureClass}` : "";
        return processes.spawn({ ...request, variables: { ...request.variables, CETERIS_SIMULATED_FAULT: fault } });
      },
    },
  }));
}

describe("a launch that fails because of its environment", () => {
  const recovery: RecoveryPolicy = {
    retry: [{ classes: ["gpu-memory-busy"], times: 2, wait_s: 1 }],
    environment: { classes: ["gpu-memory-busy", "gated-model"], launches: 3 },
  };

  it("is tried again in its place, and the attempt that measured counts", async () => {
    const world = failingWorld(temporaryFolder(), 2, "gpu-memory-busy");
    const found = await runSmall(world, smallMatrix(), { recovery });
    expect(outcomeOf(found)).toMatchObject({ done: 4, fault: null });
    expect(measured(found)).toBe(2);
    expect(found.trials.map(({ spec }) => [spec.experiment, spec.block, spec.attempt])).toEqual([
      ["baseline", 1, 1],
      ["baseline", 1, 2],
      ["baseline", 1, 3],
      ["wide", 1, 1],
    ]);
    expect(notices(found.events).filter((code) => code === "retry")).toHaveLength(2);
    const again = await runSmall(world, smallMatrix(), { recovery });
    expect(outcomeOf(again).done).toBe(0);
  });

  it("ends the run where it is the third in a row, and the trials that follow are not begun", async () => {
    const world = failingWorld(temporaryFolder(), 9, "gated-model");
    const found = await runSmall(world, smallMatrix({ repeats: 3 }), { recovery });
    expect(outcomeOf(found)).toMatchObject({ done: 3, fault: { code: "environment-fails" }, counts: { failed: 3 } });
    expect(world.started).toBe(3);
  });
});
