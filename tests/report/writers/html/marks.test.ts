import { expect, it } from "vitest";
import { hueOf, iconOf } from "../../../../src/report/writers/html/marks.ts";
import { outcomes } from "../../../../src/schema/effect.ts";
import { statuses } from "../../../../src/schema/trial.ts";

it("has a shape of its own for each outcome, and no hue for what is no decision", () => {
  const drawn = outcomes.map((outcome) => iconOf(outcome));
  expect(new Set(drawn).size).toBe(outcomes.length);
  expect(hueOf("SHIP")).toBe("ship");
  for (const status of statuses) expect(hueOf(status)).toBe("grey");
});
