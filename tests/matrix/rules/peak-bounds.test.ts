import { expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "peak-bounds";

it("is an error where a search would begin above its bound", () => {
  const [one, ...others] = found(code, { more: "peak: { from: 16, to: 8 }" });
  expect(one).toMatchObject({
    severity: "error",
    at: "8",
    message: "the search begins at 16 requests a second, and may try 8 at most",
  });
  expect(others).toEqual([]);
});

it("lets a search be that begins at its bound, that has none, or that is not there", () => {
  for (const more of ["peak: { from: 8, to: 8 }", "peak: { from: 8 }", ""]) expect(found(code, { more })).toEqual([]);
});
