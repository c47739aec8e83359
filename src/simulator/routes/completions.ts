import type { Json } from "../../schema/json.ts";
import { succeed } from "../../schema/result.ts";
import { answer } from "../answer.ts";
import { completionDialect, type Dialect } from "../dialects.ts";
import { readBody, sendRefusal, type Route } from "../exchange.ts";
import { readGeneration, readJson, readPrompt, type Read } from "../generation-request.ts";

/** A route that generates; `promptOf` finds the prompt in the body. */
export function generation(
  path: string,
  dialect: Dialect,
  promptOf: (body: { [member: string]: Json }) => Read<Json | undefined>,
): Route {
  return {
    method: "POST",
    path,
    async answer(exchange) {
      const { request, response, service } = exchange;
      const body = readJson(await readBody(request));
      if (!body.ok) return sendRefusal(response, body.problem);
      const given = promptOf(body.value);
      if (!given.ok) return sendRefusal(response, given.problem);
      const prompt = readPrompt(given.value, service.configuration.machinery.model.vocab);
      if (!prompt.ok) return sendRefusal(response, prompt.problem);
      const asked = readGeneration(body.value, prompt.value, service, dialect);
      if (!asked.ok) return sendRefusal(response, asked.problem);
      answer(exchange, asked.value, dialect);
    },
  };
}

export const completions = generation("/v1/completions", completionDialect, (body) => succeed(body["prompt"]));
