import * as fc from "fast-check";
import { expect, it } from "vitest";
import { withoutUser } from "../../src/world/address.ts";
import { nvidiaSmiFields } from "../../src/world/nvidia-smi.ts";
import { parseLabels, parsePrometheus } from "../../src/world/prometheus.ts";
import { longestMs, textOf, expectAll, within } from "../support/any-text.ts";

const timeout = { timeout: longestMs };

it("reads any page of metrics as samples", timeout, async () => {
  const page = textOf([
    "vllm:a",
    "b_total",
    "{",
    "}",
    'a="b"',
    '\\"',
    '"',
    ",",
    "=",
    " 1.5e3",
    "NaN",
    "+Inf",
    "# HELP ",
    "\n",
  ]);
  await expectAll(page, (text) => {
    for (const { name, labels, value } of within(500, () => parsePrometheus(text))) {
      expect(name).toMatch(/^[A-Za-z_:][\w:]*$/);
      expect([typeof labels, typeof value]).toEqual(["object", "number"]);
    }
    within(500, () => parseLabels(text));
  });
});

it("reads back every sample that was written", timeout, async () => {
  const name = fc.constantFrom("a", "vllm:num_requests", "x_total");
  const labels = fc.dictionary(
    fc.constantFrom("le", "model_name", "_x"),
    textOf(['"', "\\", "}", "{", ",", " ", "=", "a"], 5).filter((text) => !/[\r\n]/.test(text)),
  );
  const value = fc.oneof(fc.double({ noNaN: true }), fc.integer()).filter((figure) => !Object.is(figure, -0));
  await expectAll(fc.tuple(name, labels, value), ([metric, own, figure]) => {
    const pairs = Object.entries(own).map(
      ([key, text]) => `${key}="${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    );
    const shown = figure === Infinity ? "+Inf" : String(figure).replace("Infinity", "Inf");
    const line = `${metric}{${pairs.join(",")}} ${shown}\n`;
    expect(parsePrometheus(line)).toEqual([{ name: metric, labels: { ...own }, value: figure }]);
  });
});

it("reads any line of nvidia-smi as its fields", timeout, async () => {
  await expectAll(textOf(["0", "GPU-1", ", ", "[N/A]", "[Not Supported]", "N/A", "106.92", "[", "]"]), (line) => {
    const fields = within(500, () => nvidiaSmiFields(line));
    expect(fields).toHaveLength(line.split(",").length);
    for (const field of fields) expect(field === null || field.trim() === field).toBe(true);
  });
});

it("shows any address without its user", timeout, async () => {
  const address = textOf(["http://", "https://", "me:geheim-0123@", "gpu", ":8000", "/", "//", "?", "@"], 10);
  await expectAll(address, (url) => {
    const parsed = URL.parse(url);
    const shown = within(500, () => withoutUser(url));
    if (parsed !== null && parsed.host !== "") expect(URL.parse(shown)?.password ?? "").toBe("");
  });
});
