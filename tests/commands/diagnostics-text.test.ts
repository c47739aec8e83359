import { describe, expect, it } from "vitest";
import { formatDiagnostics } from "../../src/commands/diagnostics-text.ts";
import type { Diagnostic } from "../../src/schema/diagnostic.ts";
import { terminalText } from "../../src/schema/terminal-text.ts";

const one: Diagnostic = {
  code: "unknown-knob",
  severity: "error",
  file: "matrices/a.yaml",
  line: 12,
  column: 5,
  message: "vllm has no knob `max_num_seq`",
  hint: "did you mean `max_num_seqs`?",
  excerpt: "    max_num_seq: 8\n    ^^^^^^^^^^^",
};

describe("formatDiagnostics", () => {
  it("shows code, place, line, caret, help and a closing count", () => {
    const { excerpt: _excerpt, ...bare } = one;
    const text = formatDiagnostics([one, { ...bare, severity: "warning", hint: "" }], { colour: false });
    expect(text).toBe(`error[unknown-knob]: vllm has no knob \`max_num_seq\`
  --> matrices/a.yaml:12:5
12 |     max_num_seq: 8
   |     ^^^^^^^^^^^
   help: did you mean \`max_num_seqs\`?

warning[unknown-knob]: vllm has no knob \`max_num_seq\`
  --> matrices/a.yaml:12:5

1 error, 1 warning
`);
  });

  it("shows errors before warnings, and warnings before notes, else in the order given", () => {
    const of = (severity: Diagnostic["severity"], code: string): Diagnostic => ({ ...one, severity, code });
    const given = [of("info", "a"), of("warning", "b"), of("error", "c"), of("warning", "d"), of("error", "e")];
    const shown = [...formatDiagnostics(given, { colour: false }).matchAll(/^\w+\[(\w)\]/gm)].map(([, code]) => code);
    expect(shown).toEqual(["c", "e", "b", "d", "a"]);
  });

  it("says nothing where there is nothing", () => {
    expect(formatDiagnostics([], { colour: true })).toBe("");
  });

  it("has escapes only where colour is asked for", () => {
    const coloured = terminalText(formatDiagnostics([one], { colour: true }));
    expect(coloured).toContain("\u001b[1;31merror[unknown-knob]\u001b[0m");
    // eslint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, "")).toBe(formatDiagnostics([one], { colour: false }));
  });
});
