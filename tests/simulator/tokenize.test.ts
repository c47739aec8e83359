import { afterEach, describe, expect, it } from "vitest";
import { fitText } from "../../src/dataset/exact-length.ts";
import { succeed } from "../../src/schema/result.ts";
import { ask, start, stopAll, until, type Running } from "./running-engine.ts";
import { model8b } from "./virtual-load.ts";

afterEach(stopAll);

const count = async (engine: Running, body: object) =>
  (JSON.parse((await ask(engine, "/tokenize", body)).text) as { count: number }).count;
const promptTokens = async (engine: Running, path: string, body: object) => {
  const reply = await ask(engine, path, { ...body, max_tokens: 1 });
  return (JSON.parse(reply.text) as { usage: { prompt_tokens: number } }).usage.prompt_tokens;
};
const words = Array.from({ length: 90 }, (_, place) => `w${100 + place}`);

describe("/tokenize", () => {
  it("counts what a request with the same text has, as a completion and as a chat", async () => {
    const engine = await start();
    for (const text of ["one", words.join(" "), "  blanks \n\n and a verylongwordofmanypieces"]) {
      const messages = [{ role: "user", content: text }];
      expect(await count(engine, { model: model8b, prompt: text, add_special_tokens: true })).toBe(
        await promptTokens(engine, "/v1/completions", { prompt: text }),
      );
      expect(await count(engine, { messages })).toBe(await promptTokens(engine, "/v1/chat/completions", { messages }));
    }
  });

  it("lets a prompt be made to measure", async () => {
    const engine = await start();
    const fitted = await fitText({ head: "", headTokens: 0, words }, 90, async (text) =>
      succeed(await count(engine, { messages: [{ role: "user", content: text }] })),
    );
    const text = fitted.ok ? fitted.value.text : "";
    const messages = [{ role: "user", content: text }];
    expect(await promptTokens(engine, "/v1/chat/completions", { messages })).toBe(90);
  });

  it("refuses a model that is not served, as vLLM does", async () => {
    const engine = await start();
    const refused = await ask(engine, "/tokenize", { model: "another", prompt: "x" });
    expect(refused.status).toBe(404);
    expect(refused.text).toContain("does not exist");
  });
});

describe("the truth of a request", () => {
  it("has its schedule, its sends, its end and its lateness, in that order in time", async () => {
    const engine = await start();
    await ask(engine, "/v1/completions", { prompt: "a b c", max_tokens: 6, ignore_eos: true, stream: true });
    await until(() => engine.truth.length === 2);
    const [header = "", line = ""] = engine.truth;
    const row = Object.fromEntries(header.split(",").map((name, place) => [name, line.split(",")[place] ?? ""]));
    const ms = (name: string) => Number(row[name]);
    expect(row).toMatchObject({ prompt_tokens: "3", output_tokens: "6", finish: "length" });
    expect(ms("first_sent_ms")).toBeGreaterThanOrEqual(ms("first_due_ms"));
    expect(ms("last_sent_ms")).toBeGreaterThan(ms("first_sent_ms"));
    expect(ms("ended_ms")).toBeGreaterThanOrEqual(ms("last_sent_ms"));
    const lateness = Math.max(ms("first_sent_ms") - ms("first_due_ms"), ms("last_sent_ms") - ms("last_due_ms"));
    // Rounded to a microsecond in each column.
    expect(ms("worst_lateness_ms")).toBeGreaterThanOrEqual(lateness - 0.002);
  });
});
