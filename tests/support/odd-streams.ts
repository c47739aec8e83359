import { event } from "./completions.ts";

/** What a server answers, and what the client is to make of it. */
export interface OddStream {
  body: string | Buffer;
  /** Status line and headers, where they are odd. */
  head?: string;
  /** True where the server goes away in the middle. */
  breaks?: boolean;
  /** The failure; null where the answer is finished. */
  error: RegExp | null;
  chunks?: number;
  text?: string;
  outputTokens?: number | null;
  countProblem?: string;
}

const words = ["Snow ", "fell ", "on ", "the ", "quiet ", "harbour "];
const text = words.join("");
const DONE = "data: [DONE]\n\n";
const chunked = "transfer-encoding: chunked\r\n\r\n";

/** Events of a chat; `completion` makes those of the other endpoint of them. */
const part = (content: unknown, more: object = {}) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });
const delta = (members: object) => event({ choices: [{ index: 0, delta: members, finish_reason: null }] });
const end = (finish: string | null = "length", more: object = {}) =>
  event({ choices: [{ index: 0, delta: {}, finish_reason: finish }], ...more });
const usage = (completion: unknown, prompt: unknown = 9) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion },
});
const counted = (completion: unknown) => event({ choices: [], ...usage(completion) });

const reasoning = (completion: number, thought: number, total = 9 + completion) => ({
  usage: {
    ...usage(completion).usage,
    total_tokens: total,
    completion_tokens_details: { reasoning_tokens: thought },
  },
});
const reasoned = (completion: number, thought: number, total?: number) =>
  event({ choices: [], ...reasoning(completion, thought, total) });

const all = words.map((word) => part(word)).join("");
const some = words
  .slice(0, 3)
  .map((word) => part(word))
  .join("");
const rest = end() + counted(6) + DONE;
const whole = { error: null, chunks: 6, text, outputTokens: 6 };
const fullContext = '{"code":500,"message":"the context of 64 is full"}';

/** Shapes that real servers and proxies were seen to answer in, in our own words and figures. */
export const oddStreams: Readonly<Record<string, OddStream>> = {
  "as everybody answers": { body: all + rest, ...whole },
  "an empty finish reason in each event": {
    body: words.map((word) => event({ choices: [{ delta: { content: word }, finish_reason: "" }] })).join("") + rest,
    ...whole,
  },
  "the same, cut after half": {
    body: event({ choices: [{ delta: { content: "Snow " }, finish_reason: "" }] }),
    error: /stream ended before the answer did/,
    chunks: 1,
  },
  "no finish reason, cut after half": { body: some, error: /stream ended before the answer did/, chunks: 3 },
  "no finish reason, but [DONE]": { body: all + counted(6) + DONE, error: /\[DONE\] and no finish reason/, chunks: 6 },
  "a stop in the words of Text Generation Inference": { body: all + end("eos_token") + counted(6) + DONE, ...whole },
  "a stop sequence in the same words": { body: all + end("stop_sequence") + counted(6) + DONE, ...whole },
  "a finish that is none of an answer": {
    body: some + end("cancelled") + counted(3) + DONE,
    error: /finish reason "cancelled"/,
  },
  "an error as a field of its own": {
    body: `${some}error: ${fullContext}\n\n${DONE}`,
    error: /^the context of 64 is full$/,
  },
  "the same, counted": {
    body: `${part("Snow ", usage(1))}${part("fell ", usage(2))}error: ${fullContext}\n\n${DONE}`,
    error: /^the context of 64 is full$/,
  },
  "an error as an event": {
    body: `${some}${event({ error: { message: "the core died", code: 500 } })}${DONE}`,
    error: /^the core died$/,
  },
  "an event named error": {
    body: `${some}event: error\ndata: {"error":"generation failed"}\n\n`,
    error: /^generation failed$/,
  },
  "an error as the body of a 200": {
    body: `{"error":${fullContext}}`,
    error: /^HTTP 200, .*: the context of 64 is full$/,
  },
  "an answer that is not streamed": {
    body: JSON.stringify({ choices: [{ message: { content: text }, finish_reason: "stop" }], ...usage(6) }),
    error: /^HTTP 200, but no token and no end of an answer came: \{"choices":\[\{"message"/,
  },
  "a page": {
    body: "<html>\n<p>Bad Gateway</p>\n</html>",
    error: /^HTTP 200, .*: <html> <p>Bad Gateway<\/p> <\/html>$/,
  },
  "a compressed body": {
    body: Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x0a, 0x64]),
    head: `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n${chunked}`,
    error: /a body that is compressed \(gzip\)/,
  },
  "a redirect": {
    body: "",
    head: "HTTP/1.1 308 Permanent Redirect\r\nlocation: /api/v1/completions\r\ncontent-length: 0\r\n\r\n",
    error: /^HTTP 308: moved to \/api\/v1\/completions$/,
  },
  "another success than 200": { body: all + rest, head: `HTTP/1.1 201 Created\r\n${chunked}`, error: /^HTTP 201: / },
  "HTTP/1.0, ended by the connection's end": { body: all + rest, head: "HTTP/1.0 200 OK\r\n\r\n", ...whole },
  "the same, cut": { body: some, head: "HTTP/1.0 200 OK\r\n\r\n", error: /stream ended before the answer did/ },
  "a reset in the middle": { body: some, breaks: true, error: /^reset$/, chunks: 3 },
  "ids that are empty lists": {
    body:
      words
        .map((word) => event({ choices: [{ delta: { content: word }, token_ids: [], finish_reason: null }] }))
        .join("") + rest,
    ...whole,
  },
  "the same, without a count": {
    body:
      words
        .map((word) => event({ choices: [{ delta: { content: word }, token_ids: [], finish_reason: null }] }))
        .join("") +
      end() +
      DONE,
    ...whole,
    outputTokens: null,
  },
  "a reset behind [DONE]": { body: all + rest, breaks: true, ...whole },
  "a reset behind a [DONE] that ends no answer": {
    body: some + DONE,
    breaks: true,
    error: /\[DONE\] and no finish reason/,
    chunks: 3,
  },
  "content as a list of parts": {
    body: words.map((word) => part([{ type: "text", text: word }])).join("") + delta({ content: [] }) + rest,
    ...whole,
  },
  "reasoning beside an empty twin": {
    body:
      words
        .map((word, at) => delta({ content: at < 4 ? "" : word, reasoning_content: "", reasoning: at < 4 ? word : "" }))
        .join("") + rest,
    ...whole,
    text: "quiet harbour ",
  },
  "reasoning alone": { body: words.map((word) => delta({ reasoning: word })).join("") + rest, ...whole, text: "" },
  "no text, and a count": {
    body: end("stop", usage(6)) + DONE,
    error: /finish reason "stop"\), and none of its events bore a token/,
    chunks: 0,
  },
  "counts that are null": { body: all + end("length", usage(null, null)) + DONE, ...whole, outputTokens: null },
  "counts that are texts": {
    body: all + end() + counted("6") + DONE,
    ...whole,
    outputTokens: null,
    countProblem: 'completion_tokens is "6"',
  },
  "more counted than was asked for": {
    body: all + end("stop") + counted(900) + DONE,
    ...whole,
    outputTokens: null,
    countProblem: "completion_tokens is 900, and 100 were asked for at most",
  },
  "reasoning that is counted and kept back": { body: all + end() + reasoned(500, 494) + DONE, ...whole },
  "the same, counted beside the answer": { body: all + end() + reasoned(6, 4, 19) + DONE, ...whole },
  "the same, counted in each event": {
    body:
      delta({ role: "assistant", content: "" }) +
      [40, 90].map((n) => part("", reasoning(n, n))).join("") +
      words.map((word, n) => part(word, reasoning(91 + n, 90))).join("") +
      end("stop", reasoning(96, 90)) +
      DONE,
    ...whole,
  },
  "the same, told at the end of a running count": {
    body: words.map((word, n) => part(word, usage(31 + n))).join("") + end("stop") + reasoned(36, 30) + DONE,
    ...whole,
    outputTokens: 36,
  },
  "reasoning that is counted and sent": {
    body: delta({ reasoning_content: "Hm, " }) + all + end() + reasoned(9, 3) + DONE,
    ...whole,
    chunks: 7,
    outputTokens: 9,
  },
  "reasoning that is counted and stands within the text": { body: all + end() + reasoned(6, 4) + DONE, ...whole },
  "a count in each event": {
    body: words.map((word, at) => part(word, usage(at + 1))).join("") + end("length", usage(6)) + counted(6) + DONE,
    ...whole,
  },
  "a count of zero in each event but the last": {
    body: words.map((word) => part(word, usage(0))).join("") + end("length", usage(6)) + DONE,
    ...whole,
  },
  "counted tokens without text first": {
    body:
      part("", usage(1)) +
      part("", usage(2)) +
      words
        .slice(2)
        .map((word, at) => part(word, usage(at + 3)))
        .join("") +
      end("length", usage(6)) +
      DONE,
    ...whole,
    text: words.slice(2).join(""),
  },
  "null among the choices": { body: event({ choices: [null] }) + all + rest, ...whole },
  "no choices first": { body: event({ choices: [], prompt_filter_results: [{}] }) + all + rest, ...whole },
  "a delta that is null": {
    body:
      event({ choices: [{ delta: null }] }) +
      all +
      event({ choices: [{ finish_reason: "length" }] }) +
      counted(6) +
      DONE,
    ...whole,
  },
  "choices that are a number": {
    body: some + event({ choices: 5 }) + end() + DONE,
    error: /^an event cannot be read, choices is 5, not a list/,
  },
  "choices that are an object": {
    body: event({ choices: { index: 0 } }),
    error: /^an event cannot be read, choices is/,
  },
  "comments, and events without data": {
    body: `: ping\n\n${words.map((word) => `${part(word)}:\n\n`).join("")}data:\n\nevent: keepalive\ndata: \n\n${rest}`,
    ...whole,
  },
  "one line end between events": {
    body: (all + rest).replaceAll("\n\n", "\n"),
    error: /^an event cannot be read, it is not a JSON object/,
  },
  "events that are wrapped twice": {
    body: (all + rest).replaceAll("data: ", "data: data: "),
    error: /it is not a JSON object: data: \{/,
  },
  "a byte order mark and CRLF": { body: `\uFEFF${(all + rest).replaceAll("\n", "\r\n")}`, ...whole },
  "calls, the name first": {
    body:
      delta({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: "" } }] }) +
      words.map((word) => delta({ tool_calls: [{ index: 0, function: { arguments: word } }] })).join("") +
      end("tool_calls") +
      counted(6) +
      DONE,
    ...whole,
    chunks: 7,
    text: "",
  },
  "one call by itself, and a finish of its own": {
    body:
      words.map((word) => delta({ tool_calls: { function: { name: null, arguments: word } } })).join("") +
      end("end_turn") +
      counted(6) +
      DONE,
    error: /finish reason "end_turn"/,
    chunks: 6,
  },
  "two answers to one request": {
    body:
      [0, 1, 0, 1].map((index) => event({ choices: [{ index, delta: { content: "a " } }] })).join("") +
      end("stop") +
      counted(4) +
      DONE,
    ...whole,
    chunks: 4,
    text: "a a a a ",
    outputTokens: 4,
  },
  "half a character in each of two events": {
    body: `data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\ndata: {"choices":[{"delta":{"content":"\\ude00"}}]}\n\n${end()}${counted(2)}${DONE}`,
    ...whole,
    chunks: 2,
    text: "\u{1F600}",
    outputTokens: 2,
  },
  "answers that go on behind [DONE]": { body: all + rest + all + counted(99), ...whole },
};
