/** What the content of a chat message says: its text, and the reasoning that may stand among its parts. */
export interface MessageContent {
  text: string;
  thought: string;
  /** The number of texts that it was put together from; empty ones do not count. */
  pieces: number;
}

/** Part types that are reasoning: Mistral's, Anthropic's and OpenRouter's. */
const thoughtTypes: ReadonlySet<unknown> = new Set([
  "thinking",
  "reasoning",
  "reasoning.text",
  "reasoning.summary",
  "summary_text",
]);

/** Members of a part that can hold its text; the first that is not empty is taken. */
const textMembers = ["text", "thinking", "content", "summary", "refusal"];

/** A part may hold a list of parts (Mistral's thinking does); no server is known to nest deeper. */
const MOST_NESTED = 4;

/**
 * Reads content in any form that servers and datasets give it: a text, one part, or a list of parts. A part is a text or
 * an object with one (`{"type": "text", "text": …}`); a part of another kind (an image) says nothing, and so does null.
 * Null where it is none of these: a number, or parts that are nested too deep.
 */
export function readContent(content: unknown): MessageContent | null {
  const read: MessageContent = { text: "", thought: "", pieces: 0 };
  return add(read, content, { isThought: false, depth: 0 }) ? read : null;
}

function add(read: MessageContent, content: unknown, at: { isThought: boolean; depth: number }): boolean {
  if (content === null || content === undefined) return true;
  if (typeof content === "string") {
    if (content === "") return true;
    read[at.isThought ? "thought" : "text"] += content;
    read.pieces += 1;
    return true;
  }
  if (typeof content !== "object" || at.depth > MOST_NESTED) return false;
  const depth = at.depth + 1;
  if (Array.isArray(content)) return content.every((part) => add(read, part, { ...at, depth }));
  const part = content as { [member: string]: unknown };
  const isThought = at.isThought || thoughtTypes.has(part.type);
  for (const member of textMembers) {
    const before = read.pieces;
    if (!add(read, part[member], { isThought, depth })) return false;
    if (read.pieces > before) break;
  }
  return true;
}
