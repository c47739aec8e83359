import { expect, it } from "vitest";
import { endedBySignal } from "../../src/engine/end-signals.ts";

it.each([
  [{ code: null, signal: "SIGKILL" }, "worker-died"],
  [{ code: 137, signal: null }, "worker-died"],
  [{ code: 135, signal: null }, "shared-memory-full"],
  [{ code: null, signal: "SIGILL" }, "cpu-unsupported"],
  [{ code: 139, signal: null }, "crashed"],
  [{ code: 1, signal: null }, undefined],
  [null, undefined],
])("%o is %s", (exit, name) => {
  expect(endedBySignal(exit)?.class).toBe(name);
});
