import { expect, it } from "vitest";
import { readHandTable } from "../../../src/matrix/engine/hand-table.ts";

const table = "ask: { help: [--help], version: [--version] }\nseen: 1.0.0\nnot_knobs: {}\nknobs: {}\n";

it("reads a table, and says what is wrong with one that is none", () => {
  const right = readHandTable(table, "sut/catalogue/a-hand.yaml");
  expect(right).toMatchObject({ ok: true, value: { seen: "1.0.0" } });
  const message = (text: string): string => {
    const read = readHandTable(text, "sut/catalogue/a-hand.yaml");
    return read.ok ? "" : read.problem.message;
  };
  expect(message("ask: [")).toMatch(/^sut\/catalogue\/a-hand\.yaml: /);
  expect(message(table.replace("seen: 1.0.0\n", ""))).toMatch(/a-hand\.yaml: .*seen/);
});
