import { describe, expect, it } from "vitest";
import { parseLoadgenDetail, parseLoadgenSummary } from "../../src/importers/loadgen-log.ts";

const line = (key: string, value: string, flags = '"is_error": false, "is_warning": false'): string =>
  `:::MLLOG {"key": "${key}", "value": ${value}, "time_ms": 1.5, "namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": {${flags}, "file": "x.cc", "line_no": 1, "pid": 1, "tid": 1}}`;

function detailOf(...lines: string[]) {
  const detail = parseLoadgenDetail(lines.join("\n"));
  if (!detail.ok) throw new Error(detail.problem.message);
  return detail.value;
}

describe("parseLoadgenDetail", () => {
  it("keeps a seed whole that no number holds", () => {
    const detail = detailOf(line("effective_qsl_rng_seed", "18209322760996052031"), line("small", "100"));
    expect(detail.last("effective_qsl_rng_seed")).toBe(18_209_322_760_996_052_031n);
    expect(detail.last("small")).toBe(100);
    expect(detail.last("absent")).toBeUndefined();
  });

  it("reads the numbers that LoadGen prints bare and JSON lacks, and leaves such words in texts alone", () => {
    const detail = detailOf(
      line("a", "-nan"),
      line("b", "inf"),
      line("c", "-inf"),
      line("d", '"value": "inf'.slice(9) + '"'),
    );
    expect(detail.last("a")).toBeNaN();
    expect(detail.last("b")).toBe(Infinity);
    expect(detail.last("c")).toBe(-Infinity);
    expect(detail.last("d")).toBe("inf");
  });

  it("gives all values of a key, and what is an error or a warning, by line", () => {
    const detail = detailOf(
      "something that another program wrote",
      line("set", "[1,2]"),
      line("set", "[3]"),
      line("error_runtime", '"late"', '"is_error": true, "is_warning": false'),
      line("warning_generic_message", '"full"', '"is_error": false, "is_warning": true'),
    );
    expect(detail.all("set")).toEqual([[1, 2], [3]]);
    expect(detail.lines.map((entry) => [entry.line, entry.isError, entry.isWarning])).toEqual([
      [2, false, false],
      [3, false, false],
      [4, true, false],
      [5, false, true],
    ]);
  });

  it("names the line that is broken, and says where there is no log", () => {
    const broken = parseLoadgenDetail(`${line("a", "1")}\n${line("b", "1").slice(0, 40)}`);
    expect(broken).toMatchObject({
      ok: false,
      problem: { code: "broken-log", message: expect.stringContaining("line 2") },
    });
    expect(parseLoadgenDetail("nothing")).toMatchObject({ ok: false, problem: { code: "no-log" } });
  });
});

describe("parseLoadgenSummary", () => {
  const text = `SUT name : PySUT
Scenario : Server
Completed tokens per second: 163.50
Result is : INVALID
  Performance constraints satisfied : NO
Recommendations:
 * TTFT constrain not met: Reduce target QPS to improve latency.
 * TPOT constrain not met: Reduce target QPS to improve latency.
TTFT Early Stopping Result:
TPOT Early Stopping Result:
 * Run unsuccessful.
 * Would need to run at least 254 more queries,
 with the run being successful if every additional
 query were under latency.

Completed tokens per second                 : 163.50
ttft_latency (ns): 2000000000

3 warnings encountered. See detailed log.

No errors encountered during test.
`;
  it("takes figures under their labels, lists under their headings, and counts", () => {
    const summary = parseLoadgenSummary(text);
    if (!summary.ok) throw new Error(summary.problem.message);
    const { result, figures, recommendations, earlyStopping, warnings, errors } = summary.value;
    expect(result).toBe("INVALID");
    expect(figures.get("Completed tokens per second")).toEqual(["163.50", "163.50"]);
    expect(figures.get("Performance constraints satisfied")).toEqual(["NO"]);
    expect(figures.get("ttft_latency (ns)")).toEqual(["2000000000"]);
    expect(recommendations).toHaveLength(2);
    expect(earlyStopping.get("TTFT")).toEqual([]);
    expect(earlyStopping.get("TPOT")).toHaveLength(4);
    expect([warnings, errors]).toEqual([3, 0]);
  });
  it("has no result in accuracy mode, and refuses what is no summary", () => {
    const accuracy = parseLoadgenSummary(
      "\nNo warnings encountered during test.\n\n1 error encountered. See detailed log.\n",
    );
    expect(accuracy).toMatchObject({ ok: true, value: { result: null, errors: 1 } });
    expect(parseLoadgenSummary("hello")).toMatchObject({ ok: false, problem: { code: "no-log" } });
  });
});
