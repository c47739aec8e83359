import { cellNames } from "../../schema/experiment.ts";
import { changeText, listText, percentText } from "../../math/figures.ts";
import type { Effect } from "../../schema/effect.ts";
import type { HostComparison, HostStanding } from "../../schema/host-standing.ts";
import type { ReportInput } from "../report-input.ts";
import { none } from "../numbers.ts";
import { change, interval, number, relationOf, text } from "./relation.ts";
import { metricText } from "./wording.ts";

interface Row {
  of: HostComparison;
  host: HostStanding;
}

/** A row for each host that a cell's blocks ran on, by the baseline that all of them ran. */
export function hostsRelation({ hosts = [], study }: Pick<ReportInput, "hosts" | "study">) {
  const cellOf = cellNames(study.experiments);
  const nameOf = ({ baseline }: HostComparison): string => cellOf(baseline) ?? baseline;
  const rows = hosts.flatMap((of) => of.hosts.map((host): Row => ({ of, host })));
  const relation = relationOf("hosts", rows, [
    hosts.length > 1 && text("for", "For", ({ of }) => nameOf(of)),
    text("host", "Host", ({ host }) => host.host ?? none),
    text("devices", "Devices", ({ host }) => host.devices ?? none),
    text("blocks", "Blocks", ({ host }) => host.blocks.join(", ")),
    number("launches", "Launches", ({ host }) => host.launches),
    text("metric", "Baseline's", ({ of }) => metricText(`${of.metric} ${of.stat}`)),
    number("value", "Value", ({ host }) => ({ value: host.value, bounds: host.interval })),
    text("unit", "Unit", ({ of }) => of.unit),
    change("from_median", "Δ from the median", ({ host }) => ({ value: host.ratio, strong: host.strays })),
    interval("from_median_interval", ({ host }) => host.ratioInterval),
    rows.some(({ host }) => host.strays) &&
      text("standing", "Standing", ({ host }) => (host.leftOut ? "left out" : host.strays ? "strays" : "")),
  ]);
  // What the matrix's rule left out, and where it could not: under which workload and point (empty of the only one), by which rule, what.
  const ruled = hosts
    .filter(({ rule }) => rule.leaveOut)
    .flatMap((of) => {
      const where = hosts.length < 2 ? "" : nameOf(of);
      const rule = `stray_host: { above: ${of.rule.above}, leave_out: true }`;
      return ruledTexts(of).map((says) => ({ where, rule, says }));
    });
  return { relation, facts: { called: hosts[0]?.called ?? "hosts", ruled } };
}

function ruledTexts({ hosts, called, isSplit, rule }: HostComparison): string[] {
  if (isSplit) {
    return [
      `leaves nothing out: not most of the ${hosts.length} ${called} lie within ±${percentText(rule.above)} of their median, so that nobody knows which strays`,
    ];
  }
  return hosts
    .filter(({ leftOut }) => leftOut)
    .map(
      ({ name, blocks, ratio }) =>
        `leaves out ${blocks.length === 1 ? "block" : "blocks"} ${listText(blocks)} of ${name}, whose baseline lies ${changeText(ratio)} from the median of ${hosts.length} ${called}`,
    );
}

/** True where an effect rests on blocks of several hosts, which is worth a column. */
export function areMixed(effects: readonly Pick<Effect, "hosts">[]): boolean {
  return effects.some(({ hosts = [] }) => hosts.length > 1);
}
