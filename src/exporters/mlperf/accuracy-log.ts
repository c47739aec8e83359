import type { SubmissionRules } from "../../schema/ruleset.ts";
import type { Mark } from "./run.ts";
import { simulatedWord } from "./mark.ts";
import { rougeNames, type RougeName } from "../../schema/rouge.ts";

/** One answer, in the order in which answers came. */
export interface MlperfAnswer {
  /** Place in the order of issue, from 0. */
  sequence: number;
  sample: number;
  text: string;
  /** Null where the server never said. */
  tokens: number | null;
}

/**
 * `mlperf_log_accuracy.json`: an answer a line, its bytes in upper-case hexadecimal. LoadGen logs what it was given, which the
 * reference makes of int32 token ids. A trial keeps text, so that these are its bytes in UTF-8, and each line says so.
 */
export function accuracyLog({ madeBy, simulated }: Mark, answers: readonly MlperfAnswer[]): string {
  const origin = JSON.stringify(`${simulated ? `${simulatedWord}, ` : ""}${madeBy}`);
  const rows = answers.map(({ sequence, sample, text, tokens }) => {
    const count = tokens === null ? "" : `, "token_count" : ${tokens}`;
    const data = Buffer.from(text).toString("hex").toUpperCase();
    return `{ "seq_id" : ${sequence}, "qsl_idx" : ${sample}, "data" : "${data}"${count}, "data_is" : "utf-8 text", "made_by" : ${origin} }`;
  });
  return `[\n${rows.join(",\n")}${rows.length === 0 ? "" : "\n"}]\n`;
}

/**
 * What a submission holds of an accuracy log: its two ends where it is long, as truncate_accuracy_log.py of mlcommons/inference
 * leaves it. The log is ASCII, so that characters are bytes.
 */
export function truncatedLog(log: string, { accuracyLogLimit, accuracyLogKept }: SubmissionRules): string {
  if (log.length < accuracyLogLimit) return log;
  return `${log.slice(0, accuracyLogKept)}\n\n...\n\n${log.slice(-accuracyLogKept)}`;
}

/** Scores of an accuracy run, in per cent. */
export interface MlperfScores extends Record<RougeName, number> {
  /** Characters of all answers, sentences split as the reference does. */
  genLen: number;
  /** Answers. */
  genNum: number;
}

/** `accuracy.txt`: what the reference's script prints and the checker looks for, and the digest of the whole accuracy log. */
export function accuracyText(scores: MlperfScores, head: readonly string[], sha256: string): string {
  const { genLen, genNum } = scores;
  const rouges = rougeNames.map((name) => `'${name}': ${Number(scores[name].toFixed(4))}`);
  const dictionary = `{${[...rouges, `'gen_len': ${genLen}`, `'gen_num': ${genNum}`].join(", ")}}`;
  return `${[...head, "", "Results", "", dictionary, "", `hash=${sha256}`].join("\n")}\n`;
}
