import { describe, expect, it } from "vitest";
import { judgeTest06, test06Config, test06Text } from "../../../src/exporters/mlperf/test06.ts";

const eosTokenIds = [7, 9];

/** Token ids as LoadGen logs them: 32 bits each, the low byte first. */
function hex(ids: readonly number[]): string {
  return ids.map((id) => `${id.toString(16).padStart(2, "0")}000000`.toUpperCase()).join("");
}

interface Answer {
  ids: number[];
  first?: number[];
  count?: number;
}

const logOf = (...answers: Answer[]): string =>
  JSON.stringify(
    answers.map(({ ids, first, count }, at) => ({
      seq_id: at,
      qsl_idx: at,
      data: hex(ids),
      ...(first === undefined ? {} : { token_data: hex(first) }),
      token_count: count ?? ids.length,
    })),
  );

function judged(scenario: string, ...answers: Answer[]) {
  const verdict = judgeTest06(logOf(...answers), { scenario, eosTokenIds });
  if (!verdict.ok) throw new Error(verdict.problem.message);
  return verdict.value;
}

describe("judgeTest06", () => {
  const good = { ids: [200, 3, 7], first: [200] };

  it("passes answers that begin with the token told first, end in one end token and are as long as counted", () => {
    expect(judged("Server", good, { ids: [5], first: [5] })).toEqual({
      firstToken: true,
      eos: true,
      length: true,
      answers: 2,
      passed: true,
    });
  });

  it("has no first token to compare in Offline", () => {
    expect(judged("Offline", { ids: [4, 5] })).toMatchObject({ firstToken: null, passed: true });
  });

  it.each<[string, Answer, object]>([
    ["another first token", { ids: [4, 5], first: [5] }, { firstToken: false }],
    ["no first token", { ids: [4, 5] }, { firstToken: false }],
    ["two end tokens, though of two kinds", { ids: [4, 9, 7], first: [4] }, { eos: false }],
    ["nothing but two end tokens", { ids: [7, 7], first: [7] }, { eos: false }],
    ["fewer tokens than were counted", { ids: [4, 5], first: [4], count: 3 }, { length: false }],
  ])("fails on %s", (_, answer, found) => {
    expect(judged("Server", good, answer)).toMatchObject({ ...found, passed: false });
  });

  it("takes end tokens inside an answer for what they are", () => {
    expect(judged("Server", { ids: [7, 7, 4], first: [7] }).eos).toBe(true);
  });

  it("judges nothing where nothing was logged", () => {
    expect(judgeTest06("[]", { scenario: "Server", eosTokenIds })).toMatchObject({ ok: false });
  });
});

it("test06Text has the lines that the submission checker looks for", () => {
  const text = test06Text(judged("Offline", { ids: [4, 7, 9] }), ["Made by us."]);
  expect(text.split("\n")).toEqual([
    "Made by us.",
    "First token check pass: Skipped",
    "EOS check pass: False",
    "Sample length check pass: True",
    "TEST06 verification failed",
    "",
  ]);
});

it("test06Config is in the form that LoadGen reads", () => {
  for (const line of test06Config().trim().split("\n")) expect(line).toMatch(/^\*\.\*\.[a-z_]+ = \d+$/);
});
