import { expect, it, vi } from "vitest";
import { oncePerTrial } from "../../src/analysis/once-per-trial.ts";
import type { Trial } from "../../src/schema/trial.ts";

it("asks once of a trial, also where there is nothing to say", () => {
  const of = vi.fn((trial: Trial) => trial.launchId ?? undefined);
  const once = oncePerTrial(of);
  const [named, nameless] = [{ launchId: "l1" } as Trial, { launchId: null } as Trial];
  expect([once(named), once(nameless), once(named), once(nameless)]).toEqual(["l1", undefined, "l1", undefined]);
  expect(of).toHaveBeenCalledTimes(2);
});
