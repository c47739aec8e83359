import { createRandom } from "../math/random.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import { conversationLengths } from "../schema/dataset-declaration.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import { mostForced } from "../schema/answer-lengths.ts";
import { drawLength, drawThinkS } from "./lengths.ts";
import { randomTokens, textOfTokens } from "./made-text.ts";
import { madeDataset } from "./samples-digest.ts";
import { textOnly } from "./text-only.ts";

/**
 * Seeded conversations: turns, lengths of each question and answer, and think times as declared. The prompt of a sample
 * is the question of its turn alone. Whole conversations, until there are at least as many turns as samples asked for.
 */
export async function conversations(
  declaration: Declaration<"conversations">,
  request: DatasetRequest,
): Promise<Result<Dataset>> {
  const { workload } = request;
  const refused = textOnly("conversations", workload);
  if (refused) return refused;
  const { turns, input, output } = conversationLengths;
  const random = createRandom(request.seed).fork("conversations");
  const lengths = random.fork("lengths");
  const words = random.fork("words");
  const thinking = random.fork("thinking");
  const systemTokens = declaration.system_tokens ?? 0;
  const systems = Array.from({ length: declaration.system_groups ?? 1 }, (_, group) =>
    systemTokens === 0 ? null : textOfTokens(randomTokens(random.fork(`system ${group}`), systemTokens)),
  );
  const samples: Sample[] = [];
  for (let conversation = 0; samples.length < request.samples; conversation += 1) {
    const count = drawLength(declaration.turns ?? turns, lengths);
    for (let turn = 0; turn < count; turn += 1) {
      const inputTokens = drawLength(declaration.input_tokens ?? input, lengths);
      const outputTokens = Math.min(drawLength(declaration.output_tokens ?? output, lengths), mostForced(workload));
      samples.push({
        index: samples.length,
        prompt: { text: textOfTokens(randomTokens(words, inputTokens)) },
        reference: null,
        outputTokens,
        ...(workload.promptLengths === "as_made"
          ? { promptTokens: null, aboutPromptTokens: inputTokens }
          : { promptTokens: inputTokens }),
        turn: {
          conversation,
          turn,
          system: systems[conversation % systems.length] ?? null,
          thinkS: turn === 0 ? 0 : drawThinkS(declaration.think_s, thinking),
        },
      });
    }
  }
  return succeed(madeDataset("synthetic conversations", samples));
}
