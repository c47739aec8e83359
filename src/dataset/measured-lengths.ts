import { mostForced } from "../schema/answer-lengths.ts";
import type { CountedAs } from "../schema/engine.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { plainSample, type Sample } from "../schema/sample.ts";
import type { Workload } from "../schema/workload.ts";
import { concurrently } from "../world/concurrently.ts";
import { fitText, lengthNotMet, type CountText, type FittedText, type Ingredients } from "./exact-length.ts";
import { saltOf, saltTokens } from "./unique-prompts.ts";

/** What a format's texts are, to a tokenizer. */
export interface TextLengths {
  /** Words of ours, which may be fewer or others; what somebody wrote is counted and left as it is. */
  made: boolean;
  /** Tokens at the start of each prompt that groups of them share; they stay the same text for all of a group. */
  sharedTokens: number;
  /** Tokens of the system prompt; 0 where there is none, or it is not ours. */
  systemTokens: number;
  /** Answers are forced to the length that the recorded answer has. */
  recordedAnswers: boolean;
}

/** The same of all datasets of a workload, and of each sample. */
export interface WorkloadLengths {
  all: readonly TextLengths[];
  of(sample: Sample): TextLengths;
}

/** Counts the tokens of a text as the engine under test does. */
export type CountTokens = (text: string, as: CountedAs) => Promise<Result<number>>;

/** So many questions are open at once: a server's tokenizer is one thread or a few. */
const atOnce = 16;

const interrupted = fail("interrupted", "the run was stopped while prompts were measured", "`run` again goes on.");

/** True where the engine has to be asked before the load. */
export function needsMeasuring({ promptLengths, prompt }: Workload, { all }: WorkloadLengths): boolean {
  return all.some(({ recordedAnswers }) => recordedAnswers) || (promptLengths !== "as_made" && prompt === "text");
}

/**
 * Samples as the engine's own tokenizer counts them: made texts are fitted to exactly their length (`prompt_lengths: engine`)
 * or as near as they come (`nearest`), others are counted; so are recorded answers, whose lengths are at most the workload's
 * `max_tokens` where it says one. A single prompt is counted as its request has it, with special tokens or the chat template; the messages of a
 * conversation bare. `promptTokens` of a made text is what is asked for before, and what the engine counts after.
 */
export async function measuredLengths(
  samples: readonly Sample[],
  {
    workload,
    lengths: lengthsOf,
    count,
    signal,
  }: {
    workload: Workload;
    lengths: WorkloadLengths;
    count: CountTokens;
    /** Aborted: nothing more is asked, and the answer is a failure. */
    signal?: AbortSignal;
  },
): Promise<Result<Sample[]>> {
  const { endpoint, promptLengths, classes } = workload;
  const mostForcedOf = ({ class: name }: Sample): number =>
    classes.find((one) => one.name === name)?.sampling?.max_tokens ?? mostForced(workload);
  const fit = async (parts: Ingredients, asked: number, as: CountText): Promise<Result<FittedText>> => {
    const made = await fitText(parts, asked, as);
    return made.ok && made.value.tokens !== asked && promptLengths === "engine"
      ? lengthNotMet(asked, made.value)
      : made;
  };
  const shared = new Map<string, Promise<Result<FittedText>>>();
  const asPart: CountText = (text) => count(text, "part");

  /** A text of ours at its length; its salt and the part that is shared stay in front. */
  const fitted = async (
    text: string,
    tokens: number,
    sharedTokens: number,
    as: CountedAs,
  ): Promise<Result<FittedText>> => {
    const salt = saltOf(text);
    const allWords = text.slice(salt.length).split(" ");
    const begin = allWords.slice(0, sharedTokens);
    let prefix = "";
    if (sharedTokens > 0) {
      const made = await shared.getOrInsertComputed(begin.join(" "), () => {
        return fit({ head: "", headTokens: 0, words: begin }, sharedTokens, asPart);
      });
      if (!made.ok) return made;
      prefix = `${made.value.text} `;
    }
    const head = salt + prefix;
    const headTokens = sharedTokens + (salt === "" ? 0 : saltTokens);
    return fit({ head, headTokens, words: allWords.slice(sharedTokens) }, tokens, (whole) => count(whole, as));
  };

  const measured = async (sample: Sample): Promise<Result<Sample>> => {
    let { prompt, promptTokens, outputTokens, turn } = sample;
    const lengths = lengthsOf.of(sample);
    if (promptLengths !== "as_made" && "text" in prompt) {
      const as = turn !== null ? "part" : endpoint === "chat" ? "chat" : "prompt";
      const tokens = lengths.made ? sample.promptTokens : null;
      if (tokens === null) {
        const counted = await count(prompt.text, as);
        if (!counted.ok) return counted;
        promptTokens = counted.value;
      } else {
        const made = await fitted(prompt.text, tokens, lengths.sharedTokens, as);
        if (!made.ok) return made;
        prompt = { text: made.value.text };
        promptTokens = made.value.tokens;
      }
      const system = turn?.system ?? null;
      if (turn !== null && system !== null && lengths.systemTokens > 0) {
        const made = await shared.getOrInsertComputed(system, () => fitted(system, lengths.systemTokens, 0, "part"));
        if (!made.ok) return made;
        turn = { ...turn, system: made.value.text };
      }
    }
    if (lengths.recordedAnswers && sample.reference !== null) {
      const counted = await asPart(sample.reference);
      if (!counted.ok) return counted;
      outputTokens = Math.min(Math.max(counted.value, 1), mostForcedOf(sample));
    }
    return succeed({ ...plainSample(sample), prompt, promptTokens, outputTokens, turn });
  };
  const done: Sample[] = [];
  const work = async (sample: Sample) => (signal?.aborted ? interrupted : measured(sample));
  for await (const result of concurrently(samples, atOnce, work)) {
    if (!result.ok) return result;
    done.push(result.value);
  }
  return succeed(done);
}
