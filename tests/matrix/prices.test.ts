import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brief, diagnose, load, matrix } from "./study-fixture.ts";

const sutWith = (price: string) => `{ engine: pocket, model: m, price_per_hour: ${price} }`;
const file = "experiments/prices/lab.yaml";
const list = `title: Our lab
source: the invoice of March
date: "2026-03-31"
gpus:
  - { name: NVIDIA H200, per_hour: 2.4 }
`;
const filesWith = (text: string) => ({
  "matrices/a.yaml": matrix({ sut: sutWith("{ use: ../experiments/prices/lab.yaml }") }),
  [file]: text,
});
const said = (files: Record<string, string>) =>
  brief(diagnose(files)).filter((one) => !one.startsWith("changes-nothing"));

describe("the price of the hardware", () => {
  it("is a number, or a list of the study's own", () => {
    expect(load({ "matrices/a.yaml": matrix({ sut: sutWith("3.99") }) }).study?.price).toEqual({ perGpuHour: 3.99 });
    expect(load({ "matrices/a.yaml": matrix({}) }).study?.price).toBeNull();
    expect(load(filesWith(list)).study?.price).toEqual({
      title: "Our lab",
      source: "the invoice of March",
      date: "2026-03-31",
      gpus: [{ name: "NVIDIA H200", perHour: 2.4 }],
    });
    expect(said(filesWith(list))).toEqual([]);
  });

  it.each([
    ["a list without its day", list.replace(/date.*\n/, ""), ["missing-key@matrices/a.yaml:3:34"]],
    ["a price below zero", list.replace("2.4", "-2.4"), [`out-of-range@${file}:5:36`]],
    ["a word that a price has not", list.replace("2.4", "2.4, tax: 0"), [`unknown-key@${file}:5:41`]],
  ])("of %s is one mistake, shown where it stands", (_, text, where) => {
    expect(said(filesWith(text))).toEqual(where);
  });

  it("of a list that is not there is that mistake alone", () => {
    const files = { "matrices/a.yaml": matrix({ sut: sutWith("{ use: ../experiments/prices/none.yaml }") }) };
    expect(said(files)).toEqual([expect.stringMatching(/^missing-fragment@/)]);
    expect(load(files).study?.price).toBeNull();
  });

  it("is nothing that a row can set", () => {
    const files = {
      "matrices/a.yaml": matrix({ design: "{ kind: stacked, steps: [{ id: a, set: { sut.price_per_hour: 2 } }] }" }),
    };
    expect(diagnose(files).map(({ message }) => message)).toContainEqual(
      expect.stringContaining("`price_per_hour` belongs to `sut` alone"),
    );
  });
});

describe("the lists in experiments/prices", () => {
  const folder = join(import.meta.dirname, "../../experiments/prices");
  it.each(readdirSync(folder))("%s can be used, and its name has its day", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    expect(said(filesWith(text))).toEqual([]);
    const price = load(filesWith(text)).study?.price;
    expect(price).toMatchObject({
      date: /\d{4}-\d{2}-\d{2}/.exec(name)?.[0],
      source: expect.stringMatching(/^https:/),
    });
  });
});
