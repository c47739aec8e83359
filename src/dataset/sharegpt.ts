import { resolve } from "node:path";
import { createRandom, type Random } from "../math/random.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { DatasetRequest, Declaration } from "./index.ts";
import { jsonElements, type JsonElement } from "./json-elements.ts";
import { drawThinkS } from "./lengths.ts";
import { samplesOf, type Message, type RecordedConversation, type RecordedTurn } from "./recorded-turns.ts";
import { textOnly } from "./text-only.ts";

/** Who speaks, by the names that the files in circulation use. */
const speakers: ReadonlyMap<unknown, Message["role"]> = new Map([
  ["human", "user"],
  ["user", "user"],
  ["gpt", "assistant"],
  ["chatgpt", "assistant"],
  ["bing", "assistant"],
  ["bard", "assistant"],
  ["assistant", "assistant"],
  ["system", "system"],
]);

const form = '{"id": …, "conversations": [{"from": "human" | "gpt" | "system", "value": "…"}, …]}';

/**
 * Conversations of ShareGPT's form, as a JSON array or as lines. One without a question that was answered is passed over
 * (the usual file has been split, so that many begin with an answer). Of the others the selection is held, and no more:
 * the first so many turns, or so many drawn by the seed; without a selection the first that the trials can ask.
 * The recorded answer is the sample's reference, so that its tokens can be counted by the engine; none to score against.
 */
export async function sharegpt(
  declaration: Declaration<"sharegpt">,
  request: DatasetRequest,
): Promise<Result<Dataset>> {
  const { world, root, workload, seed } = request;
  const refused = textOnly("ShareGPT's conversations", workload);
  if (refused) return refused;
  const path = resolve(root, declaration.path);
  const sha256 = await world.files.sha256(path);
  const chunks = sha256 === null ? null : await world.files.readChunks(path);
  if (chunks === null || sha256 === null) {
    return fail(
      "dataset-missing",
      `there is no dataset at ${path}`,
      `Put a file of ShareGPT's form there, or change dataset.path in the workload: a JSON array or lines of ${form}.`,
    );
  }
  const random = createRandom(seed);
  const holder =
    workload.selection.sample === undefined
      ? firstOnes(workload.selection.first ?? request.samples)
      : drawnOnes(workload.selection.sample, random.fork("selection"));
  for await (const element of jsonElements(chunks)) {
    const conversation = readElement(element, declaration.turns ?? "first");
    if (typeof conversation === "string") {
      return fail("dataset-broken", `${path}:${element.line}: ${conversation}`, `Each element is ${form}.`);
    }
    if (conversation !== null && !holder.take(conversation)) break;
  }
  const thinking = random.fork("thinking");
  const samples: Dataset["samples"] = [];
  for (const [place, held] of holder.held().entries()) {
    const turns = held.turns.map((turn) => ({ ...turn, thinkS: drawThinkS(declaration.think_s, thinking) }));
    const asked = samplesOf({ ...held, turns }, { conversation: place, first: samples.length });
    for (const sample of asked) samples.push(declaration.turns === "all" ? sample : { ...sample, turn: null });
  }
  if (samples.length === 0) {
    const message = `${path} has no conversation in which a question was answered`;
    return fail("dataset-empty", message, `Each element is ${form}.`);
  }
  return succeed({
    name: `ShareGPT ${declaration.turns === "all" ? "conversations" : "first questions"}`,
    samples,
    // What another model once said is no measure of accuracy.
    hasReferences: false,
    sha256,
    path,
    recognised: null,
  });
}

/** A conversation; null where it has no answered question; or what is wrong with the element. */
function readElement(element: JsonElement, turns: "first" | "all"): RecordedConversation | null | string {
  if ("problem" in element) return element.problem;
  const at = `element ${element.element}`;
  let record: { conversations?: unknown };
  try {
    record = JSON.parse(element.text) as typeof record;
  } catch (error) {
    return `${at} is not JSON: ${(error as Error).message}`;
  }
  if (!Array.isArray(record.conversations)) return `${at} has no list "conversations"`;
  const messages: Message[] = [];
  for (const [place, given] of record.conversations.entries()) {
    const { from, value } = (given ?? {}) as { from?: unknown; value?: unknown };
    const role = speakers.get(from);
    const where = `${at}, conversations[${place}]`;
    if (role === undefined) {
      return `${where}: "from" is ${JSON.stringify(from)}; it can be ${[...speakers.keys()].join(", ")}`;
    }
    if (typeof value !== "string") return `${where}: "value" is not text`;
    messages.push({ role, content: value });
  }
  return answeredTurns(messages, turns);
}

/** From the first question on, as long as question and answer alternate and neither is empty. */
function answeredTurns(messages: readonly Message[], wanted: "first" | "all"): RecordedConversation | null {
  const system = messages[0]?.role === "system" ? messages[0].content : "";
  const begin = messages.findIndex(({ role }) => role === "user");
  const spoken = begin < 0 ? [] : messages.slice(begin);
  const turns: RecordedTurn[] = [];
  for (let place = 0; place + 1 < spoken.length; place += 2) {
    const [question, answer] = [spoken[place]!, spoken[place + 1]!];
    if (question.role !== "user" || answer.role !== "assistant") break;
    if (question.content.trim() === "" || answer.content.trim() === "") break;
    turns.push({ question: question.content, answer: answer.content, thinkS: 0 });
    if (wanted === "first") break;
  }
  return turns.length === 0 ? null : { system: system === "" ? null : system, turns };
}

/** Holds what is selected of the conversations that pass by. */
interface Holder {
  /** False where nothing more is wanted. */
  take(conversation: RecordedConversation): boolean;
  /** In the file's order. */
  held(): RecordedConversation[];
}

function firstOnes(turns: number): Holder {
  const held: RecordedConversation[] = [];
  let count = 0;
  return {
    take(conversation) {
      held.push(conversation);
      count += conversation.turns.length;
      return count < turns;
    },
    held: () => held,
  };
}

/**
 * Whole conversations with at least so many turns, each conversation as likely as any other: everyone draws a number,
 * and those with the lowest are kept (a reservoir: J. S. Vitter, ACM Transactions on Mathematical Software 11(1), 1985).
 */
function drawnOnes(turns: number, random: Random): Holder {
  const held: { drawn: number; place: number; conversation: RecordedConversation }[] = [];
  let count = 0;
  let place = 0;
  return {
    take(conversation) {
      const drawn = random.next();
      place += 1;
      const last = held.at(-1);
      if (last !== undefined && count >= turns && drawn > last.drawn) return true;
      const after = held.findIndex((other) => other.drawn > drawn);
      held.splice(after < 0 ? held.length : after, 0, { drawn, place, conversation });
      count += conversation.turns.length;
      for (;;) {
        const spare = held.at(-1)?.conversation.turns.length ?? 0;
        if (count - spare < turns) return true;
        held.pop();
        count -= spare;
      }
    },
    held: () => held.toSorted((left, right) => left.place - right.place).map((one) => one.conversation),
  };
}
