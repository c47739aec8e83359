import { fail, succeed, type Result } from "../../schema/result.ts";

/**
 * Settings of the compliance test TEST06, which LoadGen reads from a file and puts above all others but the seeds: a short
 * performance run without equal issue that logs about 100 answers. The same in all rounds from v5.0 to v6.1.
 * Source: compliance/TEST06/audit.config of mlcommons/inference b66003e.
 */
const auditSettings = {
  mode: "2",
  accuracy_log_rng_seed: "720381539243781796",
  accuracy_log_sampling_target: "100",
  min_query_count: "100",
  min_duration: "0",
  sample_concatenate_permutation: "0",
};

/** `audit.config` of TEST06. */
export function test06Config(): string {
  return `${Object.entries(auditSettings)
    .map(([key, value]) => `*.*.${key} = ${value}`)
    .join("\n")}\n`;
}

/** What TEST06 found. */
export interface Test06Verdict {
  /** The token that was told first is the first of its answer; null in Offline, which tells none. */
  firstToken: boolean | null;
  /** Answers end in one end-of-sequence token at most. */
  eos: boolean;
  /** An answer has so many tokens as were counted. */
  length: boolean;
  answers: number;
  passed: boolean;
}

interface LoggedAnswer {
  data: string;
  token_data?: string;
  token_count?: number;
}

const idBytes = 4;

/**
 * Judges the accuracy log of a TEST06 run, whose data are token ids of 32 bits.
 * Source of the three rules: compliance/TEST06/README.md and run_verification.py of mlcommons/inference b66003e. That program
 * does not look at an answer's first token when it counts end tokens; here an answer of two of them fails too.
 * @param eosTokenIds ids that end a sequence of this model
 */
export function judgeTest06(
  log: string,
  { scenario, eosTokenIds }: { scenario: string; eosTokenIds: readonly number[] },
): Result<Test06Verdict> {
  const answers = JSON.parse(log) as LoggedAnswer[];
  if (answers.length === 0)
    return fail("no-answers", "LoadGen logged no answer", "TEST06 needs 100 queries at least: run it again.");
  const ends = new Set(eosTokenIds);
  const told = answers.map(({ data, token_data: first = "", token_count: count }) => {
    const ids = tokenIds(data);
    const firstIds = tokenIds(first);
    return {
      first: firstIds.length > 0 && firstIds.every((id, place) => id === ids[place]),
      eos: !(ids.length > 1 && ends.has(ids.at(-1)!) && ends.has(ids.at(-2)!)),
      length: ids.length === count,
    };
  });
  const firstToken = scenario === "Offline" ? null : told.every(({ first }) => first);
  const [eos, length] = [told.every((answer) => answer.eos), told.every((answer) => answer.length)];
  return succeed({ firstToken, eos, length, answers: answers.length, passed: firstToken !== false && eos && length });
}

/** Little-endian, as the machines that LoadGen runs on write them. */
function tokenIds(hexadecimal: string): number[] {
  const bytes = Buffer.from(hexadecimal, "hex");
  return Array.from({ length: Math.floor(bytes.length / idBytes) }, (_, place) => bytes.readInt32LE(place * idBytes));
}

function say(met: boolean): string {
  return met ? "True" : "False";
}

/** `verify_accuracy.txt`, with the lines that the submission checker looks for. */
export function test06Text({ firstToken, eos, length, passed }: Test06Verdict, head: readonly string[]): string {
  return `${[
    ...head,
    `First token check pass: ${firstToken === null ? "Skipped" : say(firstToken)}`,
    `EOS check pass: ${say(eos)}`,
    `Sample length check pass: ${say(length)}`,
    `TEST06 verification ${passed ? "complete" : "failed"}`,
  ].join("\n")}\n`;
}
