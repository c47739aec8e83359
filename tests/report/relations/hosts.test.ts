import { describe, expect, it } from "vitest";
import type { StrayHostRule } from "../../../src/schema/stray-host.ts";
import { onHosts, threeHosts } from "../../laboratory/virtual-hosts.ts";
import { designRow, laboratoryReport } from "../../support/laboratory-report.ts";
import { makeWorkload } from "../../support/make-study.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const design = { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] };

function page(share: number, rule?: StrayHostRule, workloads = [makeWorkload()]): string {
  const study = { repeats: 6, workloads, ...(rule && { strayHost: rule }) };
  return renderedReport(
    laboratoryReport({ design, engine: onHosts(threeHosts(share).slice(0, share < 0 ? 1 : 3)), study }),
  );
}

const section = (text: string): string => {
  const from = text.indexOf("## Hosts");
  return from < 0 ? "" : text.slice(from, text.indexOf("\n## ", from));
};
const cells = (text: string): string[][] =>
  text.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe("the report's section on hosts", () => {
  it("says how far hosts differ by the baseline, and which effects rest on several", () => {
    const text = page(0.02);
    const rows = cells(section(text));
    expect(rows[2]).toEqual([
      "Host",
      "Devices",
      "Blocks",
      "Launches",
      "Baseline's",
      expect.any(String),
      "Unit",
      "Δ from the median",
      "95 % interval",
    ]);
    const n1 = rows.find(([host]) => host === "n1")!;
    expect(n1.slice(0, 5)).toEqual(["n1", "Example H100 GPU-of-n1", "1, 4", "2", "output throughput"]);
    expect(n1[7]).toMatch(/^-[12]\.\d %$/);
    expect(section(text)).toContain("what lies between hosts is in no effect");
    const heads = cells(text).find((row) => row.includes("Decision") && row.includes("Hosts"));
    expect(heads?.at(-1)).toBe("Hosts");
    expect(cells(text)).toContainEqual(expect.arrayContaining(["seqs256", "baseline", "6", "3"]));
    expect(text).toContain("| n1, n2, n3 |");
  });

  it("names the blocks that the rule left out, and the rule", () => {
    const text = section(page(0.02, { above: 0.01, leaveOut: true }));
    expect(text).toContain(
      "- `stray_host: { above: 0.01, leave_out: true }` leaves nothing out: not most of the 3 hosts lie within ±1 %",
    );
    const left = section(page(0.02, { above: 0.0225, leaveOut: true }));
    expect(left).toMatch(
      /- `stray_host: \{ above: 0\.0225, leave_out: true \}` leaves out blocks 3 and 6 of n3, whose baseline lies \+2\.3 % from the median of 3 hosts\./,
    );
    expect(cells(left)[2]?.at(-1)).toBe("Standing");
    expect(cells(left).some((row) => row.at(-1) === "left out")).toBe(true);
  });

  it("has a row for each workload and host", () => {
    const two = [
      makeWorkload(),
      makeWorkload({ name: "long", sampling: { ...makeWorkload().sampling, max_tokens: 512 } }),
    ];
    const rows = cells(section(page(0.02, undefined, two)));
    expect(rows.filter(([where]) => where === "offline")).toHaveLength(3);
    expect(rows.filter(([where]) => where === "long")).toHaveLength(3);
  });

  it("is not there where there is one host", () => {
    const text = page(-0.02);
    expect(section(text)).toBe("");
    expect(text).not.toContain("Hosts");
  });
});
