import { expect, it } from "vitest";
import { executors, type Executor } from "../../src/executors/index.ts";

it("local runs blocks here", () => {
  const here: Executor = { run: () => (async function* () {})() };
  expect(executors.local(here)).toBe(here);
});
