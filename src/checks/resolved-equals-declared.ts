import { countText } from "../math/figures.ts";
import { plainText } from "../schema/json.ts";
import { atMost, type CheckRule } from "./check.ts";

/** The engine runs with the values that the matrix declares. Not where it declares none. */
export const resolvedEqualsDeclared: CheckRule = {
  id: "resolved-equals-declared",
  asks: "The engine runs with the values that the matrix declares.",
  limit: "no knob differs",
  remedy:
    "Look for the knob in the server's log: the engine overrode or ignored it. Declare the value that it resolves to, or what makes it obey.",
  judge({ resolved }) {
    if (resolved.length === 0) return null;
    const different = resolved.filter(({ status }) => status === "different");
    const unseen = resolved.filter(({ status }) => status === "not verifiable");
    const common = atMost(different.length, 0, "1");
    if (different.length > 0) {
      const moved = different.map(
        ({ knob, declared, resolved: found }) =>
          `${knob} to ${plainText(found)}, where ${plainText(declared)} is declared`,
      );
      return { ...common, message: `the engine resolved ${moved.join("; ")}` };
    }
    if (unseen.length === resolved.length)
      return { ...atMost(null, 0, "1"), message: `the engine does not say what it resolved: ${list(unseen)}` };
    const same = `${countText(resolved.length - unseen.length, "knob")} resolved as declared`;
    return { ...common, message: unseen.length > 0 ? `${same}; not verifiable: ${list(unseen)}` : same };
  },
};

function list(knobs: readonly { knob: string }[]): string {
  return knobs.map(({ knob }) => knob).join(", ");
}
