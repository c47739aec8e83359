import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { expectMeasured } from "../support/measured.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

const matrix = (study: string, workload: string) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 64, enable_prefix_caching: true }",
    changes: "{ id: seqs32, set: { max_num_seqs: 32 } }",
    workload,
  });

const talks = `
scenario: closed
endpoint: chat
dataset:
  kind: conversations
  turns: { distribution: uniform, min: 3, max: 5 }
  input_tokens: { distribution: fixed, value: 40 }
  output_tokens: { distribution: fixed, value: 8 }
  think_s: { distribution: fixed, value: 0.02 }
  system_tokens: 64
load: { concurrency: 4 }
warmup: { requests: 4 }
counts: { smoke: { requests: 48, seconds: 0 } }`;

const kinds = `
scenario: closed
${syntheticDataset(64, 128)}
load: { concurrency: 8 }
cancel: { share: 0.25, after_tokens: 4 }
classes:
  - { name: chat, share: 3, slo: { ttft_ms: 60000 } }
  - { name: batch, share: 1, cancel: { share: 0.5, after_tokens: 4 }, deadline_s: 60 }
warmup: { requests: 0 }
counts: { smoke: { requests: 64, seconds: 0 } }`;

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder({
    "matrices/talks.yaml": matrix("talks", talks),
    "matrices/kinds.yaml": matrix("kinds", kinds),
  });
});
afterAll(() => study.remove());

async function trialOf(name: string): Promise<StoredTrial["trial"]> {
  const answer = await runCli(["run", `matrices/${name}.yaml`, "--only", "baseline", "--json"], study.folder);
  const [stored, ...others] = storedTrials(study.folder, name);
  expect(others).toEqual([]);
  expectMeasured(answer, [stored!]);
  return stored!.trial;
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const answer = await runCli(["query", sql, "--format", "json"], study.folder);
  return JSON.parse(answer.stdout) as Record<string, unknown>[];
}

interface Row {
  metric: string;
  stat: string;
  value: number | null;
  why: string | null;
}

const rowOf = ({ measurements }: StoredTrial["trial"], metric: string, stat = "value") =>
  (measurements as Row[]).find((row) => row.metric === metric && row.stat === stat);

describe("conversations on the simulated engine", () => {
  it("are sent whole and in order, and found again by the engine's prefix cache", async () => {
    const trial = await trialOf("talks");
    const sql = `SELECT session, count(*) AS turns, min(turn) AS first, max(turn) AS last, bool_and(later) AS ordered
      FROM (SELECT session, turn, sent_ms >= coalesce(lag(end_ms) OVER (PARTITION BY session ORDER BY turn), 0) AS later
        FROM requests WHERE study = 'talks' AND phase = 'measure') GROUP BY session`;
    const sessions = await query(sql);
    for (const { turns, first, last, ordered } of sessions) {
      expect({ first, ordered }).toEqual({ first: 0, ordered: true });
      expect(Number(last)).toBe(Number(turns) - 1);
    }
    expect(sessions.reduce((sum, { turns }) => sum + Number(turns), 0)).toBeGreaterThanOrEqual(48);
    expect(rowOf(trial, "ttft", "mean/turn 3")?.value).toBeGreaterThan(0);
    expect(rowOf(trial, "turn_throughput")?.value).toBeGreaterThan(
      3 * (rowOf(trial, "conversation_rate")?.value ?? 1e9),
    );
    expect(rowOf(trial, "conversation_waiting")?.why).toMatch(/^(turns|conversation starts) bind: users/);
    // A system prompt of 64 tokens and all that was said before.
    expect(rowOf(trial, "prefix_hit_rate")?.value).toBeGreaterThan(0.4);
  });
});

describe("request classes and cut-offs on the simulated engine", () => {
  it("are dealt by share, and what is cut off is neither finished nor failed", async () => {
    const trial = await trialOf("kinds");
    const sql = `SELECT class, count(*) AS n, count(*) FILTER (cancelled) AS cut FROM requests
      WHERE study = 'kinds' AND phase = 'measure' GROUP BY class ORDER BY class`;
    expect(await query(sql)).toMatchObject([
      { class: "batch", n: 16, cut: 8 },
      { class: "chat", n: 48, cut: 12 },
    ]);
    expect(rowOf(trial, "requests_cancelled")).toMatchObject({ value: 20, n: 64 });
    expect([rowOf(trial, "requests_finished")?.value, rowOf(trial, "requests_failed")?.value]).toEqual([44, 0]);
    expect(rowOf(trial, "goodput_share", "value/class chat")).toMatchObject({ value: 100, n: 36 });
    expect(rowOf(trial, "natural_ends")).toMatchObject({ value: 0 });
  });
});
