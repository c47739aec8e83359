import { resolve } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import {
  recordedText,
  samplesOf,
  type Message,
  type RecordedConversation,
  type RecordedTurn,
} from "./recorded-turns.ts";
import { select } from "./selection.ts";
import { readTextFile } from "./text-file.ts";
import { textOnly } from "./text-only.ts";
import { lineEnd } from "./traces/trace-format.ts";

/**
 * Lines of `{"prompt": "…" | [token ids], "reference"?: "…", "output_tokens"?: n}`, or of
 * `{"conversation": [{"role": "system" | "user" | "assistant", "content": "…", "think_s"?: n}, …]}`; content may also be
 * a list of parts, `[{"type": "text", "text": "…"}]`.
 */
export async function jsonl(declaration: Declaration<"jsonl">, request: DatasetRequest): Promise<Result<Dataset>> {
  const { world, root, workload, seed } = request;
  const path = resolve(root, declaration.path);
  const text = await readTextFile(world.files, path);
  if (text === null) {
    return fail(
      "dataset-missing",
      `there is no dataset at ${path}`,
      'Write lines of {"prompt": …, "reference": …} there, or change dataset.path in the workload.',
    );
  }
  if (!text.ok) return text;
  const sha256 = await world.files.sha256(path);
  if (sha256 === null) return fail("dataset-missing", `${path} went away while it was read`, "Run again.");
  if (declaration.sha256 !== undefined && declaration.sha256 !== sha256) {
    return fail(
      "dataset-changed",
      `${path} has sha256 ${sha256}, the workload says ${declaration.sha256}`,
      "Get the file that the workload means, or change its sha256.",
    );
  }
  const samples: Sample[] = [];
  let conversations = 0;
  for (const [place, line] of text.value.split(lineEnd).entries()) {
    if (line.trim() === "") continue;
    const read = parseLine(line, { conversation: conversations, first: samples.length });
    if (typeof read === "string")
      return fail(
        "dataset-broken",
        `${path}:${place + 1}: ${read}`,
        'Each line is a JSON object with a "prompt" (text or a list of token ids) or a "conversation" (a list of messages).',
      );
    if (read[0]?.turn) conversations += 1;
    for (const sample of read) samples.push(sample);
  }
  if (samples.length === 0) return fail("dataset-empty", `${path} has no line`, "Each line is one prompt.");
  const refused = conversations > 0 ? textOnly(`${path}: conversations`, workload) : null;
  if (refused) return refused;
  return succeed({
    name: declaration.path,
    samples: select(samples, workload.selection, seed),
    hasReferences: samples.every((sample) => sample.reference !== null),
    sha256,
    path,
    recognised: declaration.sha256 === undefined ? null : true,
  });
}

interface Place {
  conversation: number;
  first: number;
}

/** The samples of a line, or what is wrong with it. */
function parseLine(line: string, place: Place): Sample[] | string {
  let record: { prompt?: unknown; reference?: unknown; output_tokens?: unknown; conversation?: unknown };
  try {
    record = JSON.parse(line) as typeof record;
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  if (record === null || typeof record !== "object") return "not an object";
  if (record.conversation !== undefined) {
    if (record.prompt !== undefined) return 'both "prompt" and "conversation"';
    const conversation = readConversation(record.conversation);
    return typeof conversation === "string" ? conversation : samplesOf(conversation, place);
  }
  const { prompt, reference, output_tokens: outputTokens } = record;
  if (!isAbsent(reference) && typeof reference !== "string") return '"reference" is not text';
  if (!isAbsent(outputTokens) && !(Number.isInteger(outputTokens) && (outputTokens as number) > 0))
    return '"output_tokens" is not a whole number above 0';
  const tokens =
    Array.isArray(prompt) && prompt.length > 0 && prompt.every(Number.isInteger) ? (prompt as number[]) : null;
  if (tokens === null && (typeof prompt !== "string" || prompt === ""))
    return prompt === undefined
      ? `no "prompt" among its members ${Object.keys(record).join(", ").slice(0, 80)}`
      : '"prompt" is neither a text nor a list of token ids';
  return [
    {
      index: place.first,
      prompt: tokens === null ? { text: prompt as string } : { tokens },
      reference: (reference ?? null) as string | null,
      outputTokens: (outputTokens ?? null) as number | null,
      promptTokens: tokens === null ? null : tokens.length,
      turn: null,
    },
  ];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A system message first if at all; then questions, each with an answer or none. Or what is wrong, with the message's place from 0. */
function readConversation(given: unknown): RecordedConversation | string {
  if (!Array.isArray(given)) return '"conversation" is not a list of messages';
  let system: string | null = null;
  const turns: RecordedTurn[] = [];
  for (const [place, one] of given.entries()) {
    const message = readMessage(one);
    if (typeof message === "string") return `conversation[${place}]: ${message}`;
    const { role, content, thinkS } = message;
    if (role === "system") {
      if (place > 0) return `conversation[${place}]: a system message stands first or not at all`;
      system = content;
    } else if (role === "user") {
      turns.push({ question: content, answer: null, thinkS });
    } else {
      const asked = turns.at(-1);
      if (asked === undefined || asked.answer !== null) return `conversation[${place}]: an answer without a question`;
      asked.answer = content;
    }
  }
  return turns.length === 0 ? '"conversation" has no message of a user' : { system, turns };
}

const roles: ReadonlySet<unknown> = new Set<Message["role"]>(["system", "user", "assistant"]);

function readMessage(given: unknown): (Message & { thinkS: number }) | string {
  if (given === null || typeof given !== "object") return "not an object";
  const { role, content, think_s: thinkS = 0 } = given as { role?: unknown; content?: unknown; think_s?: unknown };
  if (!roles.has(role)) return `"role" is ${JSON.stringify(role)}; it can be ${[...roles].join(", ")}`;
  const text = recordedText(content);
  if (text === null) return '"content" is neither a text nor a list of parts with one';
  if (typeof thinkS !== "number" || !(thinkS >= 0)) return '"think_s" is not a number of seconds';
  return { role: role as Message["role"], content: text, thinkS };
}
