import { describe, expect, it } from "vitest";
import { firstScreen, type ReportInput } from "../../src/report/index.ts";
import type { Check } from "../../src/schema/trial.ts";
import { withFigures } from "../support/fake-trials.ts";
import { designRow, laboratoryReport } from "../support/laboratory-report.ts";
import { makeWorkload } from "../support/make-study.ts";

/** What a reader sees who has nothing but the first screen. */
function seen(input: ReportInput): string {
  const { question, answer } = firstScreen(input);
  return [question, answer.main, ...answer.because].join("\n");
}

const accuracy = makeWorkload({ name: "accuracy" });
const closed = makeWorkload({ scenario: "closed", load: { concurrency: 64 } });

describe("the first screen answers", () => {
  it("a stack: which steps to ship together, which to reject, and how sure", () => {
    const steps = [
      designRow("fp8", { quantization: "fp8" }),
      designRow("len2668", { max_model_len: 2668 }),
      designRow("eager", { enforce_eager: true }),
    ];
    const input = laboratoryReport({
      design: { kind: "stacked", changes: steps },
      study: { question: "Which knobs add up, and where do they stop?", fidelity: "valid", accuracy, repeats: 5 },
      engine: {
        effects: [
          { knobs: { quantization: "fp8" }, throughput: 1.24 },
          { knobs: { max_model_len: 2668 }, throughput: 1.05 },
          { knobs: { enforce_eager: true }, throughput: 0.9 },
        ],
      },
    });
    expect(seen(input)).toMatch(
      /^Which knobs add up, and where do they stop\?\nShip fp8 and len2668: together \+30\.\d % output tok\/s, accuracy kept\. Reject eager \(-\d+\.\d %\)\.$/,
    );
  });

  it("an isolation in which nothing was settled: why, and how many blocks would tell", () => {
    const changes = [1, 2, 3].map((row) => designRow(`len${row}`, { max_model_len: 1000 + row }));
    const input = laboratoryReport({
      design: { kind: "isolation", changes },
      study: { question: "Does a limit of the length help?", fidelity: "valid", repeats: 3 },
      engine: { noise: { kind: "gaussian", sd: 0.02 } },
    });
    expect(seen(input)).toMatch(
      /^Does a limit of the length help\?\nNothing is decided: 3 of 3 changes on HOLD, because effects under [\d.]+ % were not visible; about \d+ blocks in all would tell, 3 ran\.\nHOLD: /,
    );
  });

  it("a trade-off: both sides", () => {
    const input = laboratoryReport({
      design: { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] },
      study: { question: "How many sequences?", fidelity: "valid", workloads: [closed], repeats: 5 },
      engine: { effects: [{ knobs: { max_num_seqs: 256 }, throughput: 1.18 }] },
      change: (trial) => {
        const row = trial.measurements.find(({ metric }) => metric === "output_throughput");
        const isMany = trial.knobs["max_num_seqs"] === 256;
        const tpot = (isMany ? 16.6 : 10) * ((row?.value ?? 1000) / 1000) ** (isMany ? 0 : 1);
        return withFigures(trial, [
          ["output_throughput_steady", "value", row?.value ?? null],
          ["tpot", "p50", 6],
          ["tpot", "p99", tpot],
          ["ttft", "p50", 60],
          ["ttft", "p99", 90],
        ]);
      },
    });
    expect(seen(input)).toMatch(
      /^How many sequences\?\nNo clear winner: seqs256 gives \+1[78]\.\d % tok\/s, but TPOT p99 \+6\d %\.$/,
    );
  });

  it("a study of which nothing is usable: how its trials ended, and what to do first", () => {
    const tooShort = { id: "too-short", status: "fail", remedy: "Ask for more requests." } as Check;
    const input = laboratoryReport({
      design: { kind: "isolation", changes: [designRow("len2668", { max_model_len: 2668 })] },
      study: { question: "Does it fit?", fidelity: "valid", repeats: 3 },
      change: (trial) => ({
        ...trial,
        verdict:
          trial.labels.row === "len2668"
            ? { ...trial.verdict, status: "INVALID", reason: "too short", checks: [tooShort] }
            : {
                ...trial.verdict,
                status: "FAILED",
                reason: "out of memory",
                failure: {
                  class: "out-of-memory",
                  message: "CUDA out of memory",
                  file: "server.log",
                  line: 3,
                  hint: "Lower gpu_memory_utilization to 0.85. It may help.",
                },
              },
      }),
    });
    expect(seen(input)).toContain(
      "No answer: none of 6 trials is usable; 3 FAILED (out of memory), 3 INVALID (too short). First: lower gpu_memory_utilization to 0.85.",
    );
  });

  it("a faster change that loses accuracy: reject, with the score beside its gate", () => {
    const input = laboratoryReport({
      design: { kind: "isolation", changes: [designRow("chunk1024", { max_num_seqs: 1024 })] },
      study: { question: "May the batch grow?", fidelity: "valid", accuracy, repeats: 4 },
      engine: { effects: [{ knobs: { max_num_seqs: 1024 }, throughput: 2.51, accuracy: 0.66 }] },
    });
    expect(seen(input)).toMatch(
      /^May the batch grow\?\nReject chunk1024: \+1[45]\d % tok\/s, but ROUGE-\w+ is 66 % of the baseline's \(gate 99 %\)\.$/,
    );
  });
});
