import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/index.ts";
import type { StudyFinding } from "../../../src/schema/analysis.ts";
import type { StrayHostRule } from "../../../src/schema/stray-host.ts";
import { onHosts, threeHosts, type VirtualHost } from "../../laboratory/virtual-hosts.ts";
import { designRow, laboratoryReport } from "../../support/laboratory-report.ts";

const hostsAt = (...shares: number[]): VirtualHost[] =>
  shares.map((share, at) => ({ name: `n${at + 1}`, shift: Math.log1p(share) }));

function ran(hosts: VirtualHost[], rule?: StrayHostRule, repeats = 6): ReportInput {
  return laboratoryReport({
    design: { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] },
    engine: onHosts(hosts),
    study: { repeats, ...(rule && { strayHost: rule }) },
  });
}

const find = ({ findings = [] }: ReportInput): StudyFinding[] => findings.filter(({ rule }) => rule === "stray-hosts");

describe("a host that strays", () => {
  it("is named with its interval, its blocks and the baseline's trials there", () => {
    const [finding, ...others] = find(ran(hostsAt(0, 0.003, -0.12)));
    expect(others).toEqual([]);
    expect(finding?.says).toMatch(
      /^n3 strays from the other hosts: baseline has -1[12]\.\d % \(-1\d\.\d to -1\d\.\d\) output tok\/s there beside the median of 3, at most ±5 %\. It ran blocks 3 and 6, which are in every figure: effects are compared within blocks\.$/,
    );
    expect(finding?.trials).toHaveLength(2);
    expect(finding?.query).toContain("SELECT host, block, value, unit");
  });

  it("is named with the rule where it is left out", () => {
    const [finding] = find(ran(hostsAt(0, 0.003, -0.12), { above: 0.05, leaveOut: true }));
    expect(finding?.says).toMatch(
      /No comparison uses blocks 3 and 6, by the rule that the matrix states \(`stray_host`\)\.$/,
    );
  });

  it("is none within the limit, nor where chance alone may have moved it", () => {
    expect(find(ran(threeHosts(0.02)))).toEqual([]);
    // Four blocks on three hosts: a single degree of freedom.
    expect(find(ran(hostsAt(0, 0.003, -0.06), undefined, 4))).toEqual([]);
  });

  it("cannot be told where half of the hosts lie apart", () => {
    const [finding, ...others] = find(ran(hostsAt(0, -0.2), { above: 0.05, leaveOut: true }));
    expect(others).toEqual([]);
    expect(finding?.says).toMatch(
      /^2 hosts differ in output tok\/s of baseline by more than ±5 % from their median: n1 \+1[12]\.\d % and n2 -1[01]\.\d %\. Which of them strays cannot be told, and none is left out\.$/,
    );
  });
});
