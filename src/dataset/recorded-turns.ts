import { readContent } from "../schema/message-content.ts";
import type { Sample } from "../schema/sample.ts";

/** One message of a recorded conversation. */
export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

/** The text of a message that somebody recorded: a text, or a list of parts. Null where it has none. */
export function recordedText(content: unknown): string | null {
  return readContent(content)?.text || null;
}

/** A question as somebody asked it, and what was answered then; null where nothing is recorded. */
export interface RecordedTurn {
  question: string;
  answer: string | null;
  thinkS: number;
}

export interface RecordedConversation {
  system: string | null;
  /** One at least. */
  turns: RecordedTurn[];
}

/**
 * The samples of a conversation, one a turn, from index `first` on. The answer that was recorded is the reference; what
 * is carried from turn to turn is the answer of the engine under test.
 */
export function samplesOf(
  { system, turns }: RecordedConversation,
  { conversation, first }: { conversation: number; first: number },
): Sample[] {
  return turns.map(({ question, answer, thinkS }, turn) => ({
    index: first + turn,
    prompt: { text: question },
    reference: answer,
    outputTokens: null,
    promptTokens: null,
    turn: { conversation, turn, system, thinkS: turn === 0 ? 0 : thinkS },
  }));
}
