import { expect, it } from "vitest";
import { catalogueChanges } from "../../../src/matrix/engine/knob-catalogue.ts";
import type { KnobDefinition } from "../../../src/schema/knob-definition.ts";

const of = (version: string, knobs: Record<string, KnobDefinition>) => ({ version, engine: { knobs } });
const int = (more: Partial<KnobDefinition> = {}): KnobDefinition => ({ type: "int", ...more });

const older = of("1.0.0", {
  same: int({ default: 1 }),
  gone: int(),
  ended: int({ until: "2.0.0" }),
  other: int({ default: 1 }),
  left: int({ default: 1 }),
  unused: int({ default: 1 }),
});
const newer = of("2.0.0", {
  same: int({ default: 1 }),
  ended: int({ until: "2.0.0" }),
  other: int({ default: 2 }),
  left: int(),
  added: int(),
  unused: int({ default: 2 }),
});

it("tells which of the knobs that are used come, go, or have another default", () => {
  const used = ["same", "gone", "ended", "other", "left", "added", "other", "nowhere"];
  expect(catalogueChanges(older, newer, used)).toEqual([
    "`added` is new",
    "`ended` is gone",
    "`gone` is gone",
    "the default of `left` is what model or machine make it, and not 1",
    "the default of `other` is 2, and not 1",
  ]);
  expect(catalogueChanges(older, newer, ["same"])).toEqual([]);
});
