import type { Assignment } from "../../src/schema/knob.ts";
import type { Change } from "../../src/schema/design.ts";

/** A row that a matrix might write. */
export const change = (id: string, set: Assignment, more: Partial<Change> = {}): Change => ({
  id,
  label: id,
  set,
  pointer: `/${id}`,
  ...more,
});

export const fp8 = change("fp8", { quantization: "fp8" });
export const len = change("len", { max_model_len: 2668 });
export const eager = change("eager", { enforce_eager: true });
