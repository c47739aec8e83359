import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detailLog } from "../../../src/exporters/mlperf/detail-log.ts";
import { accuracySummaryLog, summaryLog } from "../../../src/exporters/mlperf/summary-log.ts";
import { parseLoadgenDetail, parseLoadgenSummary, type LoadgenDetail } from "../../../src/importers/loadgen-log.ts";
import { settingsOfLog } from "../../../bench/loadgen-parity/loadgen-settings.ts";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { loadgenFixtures } from "../../support/loadgen-logs.ts";
import { resultsOfLog, runOfLog, someMark } from "../../support/loadgen-exported.ts";

const folders = ["server", "server-equal", "offline", "offline-equal"];

function detailAt(folder: string): LoadgenDetail {
  const detail = parseLoadgenDetail(readFileSync(join(folder, "mlperf_log_detail.txt"), "utf8"));
  if (!detail.ok) throw new Error(detail.problem.message);
  return detail.value;
}

/** What LoadGen says of its own program and of the machine, and what our exporter leaves out. */
const ofItself =
  /^(loadgen_|logger_|ceteris_mark|test_datetime|power_|get_sut_name_duration_ns|generic_message|requested_single|qsl_name)/;

describe.each(folders)("a run of the official LoadGen 6.0.17, %s, exported from its own figures", (name) => {
  it("has LoadGen's summary to the letter, below our mark", () => {
    const folder = join(loadgenFixtures, name);
    const detail = detailAt(folder);
    const run = runOfLog(detail);
    const written = summaryLog(run, resultsOfLog(detail, run));
    const theirs = readFileSync(join(folder, "mlperf_log_summary.txt"), "utf8");
    const head = written.slice(0, written.indexOf("======"));
    expect(head).toContain("not by LoadGen");
    expect(written.slice(head.length)).toBe(theirs);
  });

  it("has LoadGen's keys in its order with its values in its own texts", () => {
    const folder = join(loadgenFixtures, name);
    const detail = detailAt(folder);
    const run = runOfLog(detail);
    const values = (text: string): string[] =>
      [...text.matchAll(/^:::MLLOG \{"key": "([^"]+)", "value": (.*), "time_ms"/gm)]
        .filter(([, key = ""]) => !ofItself.test(key))
        .map(([, key, value]) => `${key} ${value}`);
    const written = detailLog(run, generateQueries(run.settings), resultsOfLog(detail, run));
    expect(values(written)).toEqual(values(readFileSync(join(folder, "mlperf_log_detail.txt"), "utf8")));
  });
});

describe("an exported log", () => {
  it("is read back to the settings, sets and figures that went in, and every line says who made it", () => {
    const detail = detailAt(join(loadgenFixtures, "server-equal"));
    const run = { ...runOfLog(detail), mark: { ...someMark, simulated: true } };
    const text = detailLog(run, generateQueries(run.settings), resultsOfLog(detail, run));
    const read = parseLoadgenDetail(text);
    if (!read.ok) throw new Error(read.problem.message);
    expect(settingsOfLog(read.value)).toEqual({ ok: true, value: run.settings });
    expect(text.split("\n")[0]).toMatch(/^:::MLLOG \{"key": "ceteris_mark".*SIMULATED.*not by LoadGen/);
    for (const line of text.trim().split("\n")) {
      expect(line).toContain('"made_by": "ceteris 0.0.0", "origin": "SIMULATED"}');
    }
    const summary = parseLoadgenSummary(summaryLog(run, resultsOfLog(detail, run)));
    expect(summary).toMatchObject({ ok: true, value: { result: "INVALID", warnings: 0, errors: 0 } });
  });

  it("of an accuracy run has no result", () => {
    const text = accuracySummaryLog({ mark: { ...someMark, cutShort: "Cut short." } });
    expect(text).toContain("Cut short.");
    expect(parseLoadgenSummary(text)).toMatchObject({ ok: true, value: { result: null, warnings: 0, errors: 0 } });
  });
});
