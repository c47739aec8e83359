import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "extra-args";
const system = (argument: string) => `{ engine: pocket, model: m, extra_args: [${argument}] }`;

describe("extra-args", () => {
  it("warns that nobody checks them", () => {
    expect(found(code, { sut: system("--mystery, '3'") })).toMatchObject([{ severity: "warning", at: "extra_args" }]);
  });

  it("refuses the flag of a knob, however it is written", () => {
    for (const argument of ["--max-num-seqs=8", "--max-num-seqs", "--no-enable-prefix-caching"]) {
      expect(found(code, { sut: system(argument) })).toMatchObject([{ severity: "error", at: argument }]);
    }
  });

  it("says nothing where there are none", () => {
    expect(found(code, {})).toEqual([]);
  });

  it("refuses what Ceteris sets itself", () => {
    const [one] = found(code, { sut: "{ engine: pocket, model: m, extra_args: [--port, '8000'] }" });
    expect(one).toMatchObject({ severity: "error", at: "--port", hint: "take it out" });
    expect(one?.message).toContain("Ceteris sets it: Ceteris takes a free one");
  });
});
