import { readContent, type MessageContent } from "../../schema/message-content.ts";
import { jsonText, serverMessage } from "./failure-text.ts";

/** What one event of a completion stream carries, whichever of the two endpoints it is from. */
export interface CompletionEvent {
  /** True where it has text, token ids, reasoning or a call. A role alone is not a token. */
  bearsTokens: boolean;
  /** The answer's text in this event. */
  text: string;
  /** All that was said in this event: reasoning, refusal, text, calls. The same as `text` for a plain answer. */
  said: string;
  /** How many texts of the event `said` is joined from. */
  pieces: number;
  /** True where a function is called: servers cut one token of a call into several events. */
  calls: boolean;
  /** True where reasoning is said. */
  thinks: boolean;
  /** Ids of the tokens in this event; null where the server does not return them. */
  tokenIds: number[] | null;
  /** `usage` so far; null where the event has none. */
  promptTokens: number | null;
  completionTokens: number | null;
  /** Of `completionTokens`, those of reasoning as the server says; 0 where it does not say. */
  reasoningTokens: number;
  /** Why `usage` is not used: a count in it is not a number of tokens. Null where nothing is wrong with it. */
  countProblem: string | null;
  /** Null also where it is an empty text, which does not end an answer. */
  finish: string | null;
  /** The server's message where the event is an error inside a stream that began as a success. */
  error: string | null;
  /** Choices in the event; 0 where it has only `usage`. */
  choices: number;
  /** The highest index of a choice, from 0: more than 0 where one request has several answers. */
  choiceIndex: number;
  /** Which member has a type that cannot be read; then the rest of the event is not used. Null where all can be read. */
  problem: string | null;
}

type Members = { readonly [member: string]: unknown };

/** The longest part of a wrong value that a message quotes, in characters. */
const LONGEST_VALUE = 60;

/** The data of the event that ends a stream; it is not JSON. */
export const DONE = "[DONE]";

/**
 * Reads the data of one event, whatever it is. This is the one place that checks the types of its members. Null counts as
 * absent, and members that are not read can have any type.
 */
export function readCompletionEvent(data: string): CompletionEvent {
  const event: CompletionEvent = {
    bearsTokens: false,
    text: "",
    said: "",
    pieces: 0,
    calls: false,
    thinks: false,
    tokenIds: null,
    promptTokens: null,
    completionTokens: null,
    reasoningTokens: 0,
    countProblem: null,
    finish: null,
    error: null,
    choices: 0,
    choiceIndex: 0,
    problem: null,
  };
  const raw = parsed(data);
  if (!isObject(raw)) {
    event.problem = "it is not a JSON object";
    return event;
  }
  event.error = errorOf(raw);
  readUsage(event, raw.usage);
  const choices = raw.choices ?? [];
  if (Array.isArray(choices)) for (const choice of choices) addChoice(event, choice);
  else wrong(event, "choices", choices, "a list");
  event.bearsTokens ||= event.said !== "" || (event.tokenIds?.length ?? 0) > 0;
  return event;
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(event: CompletionEvent, member: string, value: unknown, wanted: string): void {
  event.problem ??= `${member} is ${jsonText(value, LONGEST_VALUE)}, not ${wanted}`;
}

/** The error of an event, in the form of OpenAI, of older vLLM and SGLang, or as a message instead of an answer; null without one. */
function errorOf(raw: Members): string | null {
  const { error, object, choices } = raw;
  const said = error !== undefined && error !== null && error !== "" && error !== false;
  if (!said && object !== "error" && choices !== undefined) return null;
  const message = serverMessage(raw);
  return message ?? (said || object === "error" ? "an error without a message" : null);
}

function readUsage(event: CompletionEvent, usage: unknown): void {
  if (usage === null || usage === undefined) return;
  if (!isObject(usage)) {
    event.countProblem = `usage is ${jsonText(usage, LONGEST_VALUE)}`;
    return;
  }
  event.promptTokens = countOf(event, "prompt_tokens", usage.prompt_tokens);
  event.completionTokens = countOf(event, "completion_tokens", usage.completion_tokens);
  event.reasoningTokens = reasoningIn(event, usage);
}

/** Tokens of reasoning within the completion tokens: some servers count them beside, so that only the total has them. */
function reasoningIn({ promptTokens, completionTokens }: CompletionEvent, usage: Members): number {
  const details = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : usage;
  const { reasoning_tokens: reasoning } = details;
  if (!isCount(reasoning) || completionTokens === null || reasoning > completionTokens) return 0;
  const isBeside = usage.total_tokens === (promptTokens ?? 0) + completionTokens + reasoning;
  return isBeside ? 0 : reasoning;
}

function countOf(event: CompletionEvent, member: string, count: unknown): number | null {
  if (count === null || count === undefined) return null;
  if (isCount(count)) return count;
  event.countProblem ??= `${member} is ${jsonText(count, LONGEST_VALUE)}`;
  return null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function addChoice(event: CompletionEvent, choice: unknown): void {
  if (choice === null) return;
  if (!isObject(choice)) return wrong(event, "a choice", choice, "an object");
  event.choices += 1;
  if (isCount(choice.index)) event.choiceIndex = Math.max(event.choiceIndex, choice.index);
  const delta = choice.delta ?? {};
  if (!isObject(delta)) return wrong(event, "delta", delta, "an object");
  if (choice.error) event.error ??= serverMessage(choice) ?? "an error without a message";
  addSaid(event, choice, delta);
  addTokenIds(event, choice.token_ids);
  const finish = choice.finish_reason ?? "";
  if (typeof finish !== "string") wrong(event, "finish_reason", finish, "a text");
  else if (finish !== "") event.finish = finish;
}

const textMembers = ["text"];
const contentMembers = ["content"];
const refusalMembers = ["refusal"];
const reasoningMembers = ["reasoning_content", "reasoning", "reasoning_details"];

/** Servers and proxies send empty members of a like name beside the one that they use: the first that is not empty counts. */
function addSaid(event: CompletionEvent, choice: Members, delta: Members): void {
  const reasoning = contentOf(event, delta, reasoningMembers);
  const refusal = contentOf(event, delta, refusalMembers);
  const text = contentOf(event, choice, textMembers) ?? contentOf(event, delta, contentMembers);
  const thought = reasoning === null ? (text?.thought ?? "") : reasoning.text + reasoning.thought;
  event.pieces += (reasoning?.pieces ?? 0) + (refusal?.pieces ?? 0) + (text?.pieces ?? 0);
  event.text += text?.text ?? "";
  event.thinks ||= thought !== "";
  event.said += thought + (refusal?.text ?? "") + (text?.text ?? "");
  if (!addCalls(event, delta.tool_calls)) addCalls(event, delta.function_call);
}

/** The first of the members that is not empty; null where all are. */
function contentOf(event: CompletionEvent, holder: Members, members: readonly string[]): MessageContent | null {
  for (const member of members) {
    const given = holder[member];
    if (given === undefined || given === null || given === "") continue;
    if (typeof given === "string") return { text: given, thought: "", pieces: 1 };
    const content = readContent(given);
    if (content === null) wrong(event, member, given, "a text or a list of parts");
    else if (content.pieces > 0) return content;
  }
  return null;
}

/** Calls in a list, or one call by itself as older servers send it. True where there was a call. */
function addCalls(event: CompletionEvent, calls: unknown): boolean {
  let isCalled = false;
  for (const call of Array.isArray(calls) ? calls : [calls]) {
    if (call === null || call === undefined) continue;
    if (!isObject(call)) wrong(event, "a call", call, "an object");
    else if (addCall(event, call)) isCalled = true;
  }
  event.calls ||= isCalled;
  event.bearsTokens ||= isCalled;
  return isCalled;
}

function addCall(event: CompletionEvent, call: Members): boolean {
  // The older `function_call` has the members of the function itself.
  const called = call.function ?? call;
  if (!isObject(called)) {
    wrong(event, "the function of a call", called, "an object");
    return false;
  }
  const hasName = addCallText(event, called.name);
  const hasArguments = addCallText(event, called.arguments);
  return hasName || hasArguments || (typeof call.id === "string" && call.id !== "");
}

function addCallText(event: CompletionEvent, given: unknown): boolean {
  if (given === undefined || given === null || given === "") return false;
  // Some send the arguments as the object that they describe: more than one piece, so that no shape is learnt of it.
  const isText = typeof given === "string";
  event.said += isText ? given : jsonText(given);
  event.pieces += isText ? 1 : 2;
  return true;
}

function addTokenIds(event: CompletionEvent, ids: unknown): void {
  if (ids === undefined || ids === null) return;
  if (!Array.isArray(ids) || !ids.every(isCount)) return wrong(event, "token_ids", ids, "a list of token ids");
  event.tokenIds = event.tokenIds?.concat(ids) ?? ids;
}
