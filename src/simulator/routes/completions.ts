import { answer } from "../answer.ts";
import { completionDialect } from "../dialects.ts";
import { readBody, sendRefusal, type Route } from "../exchange.ts";
import { readGeneration, readJson, readPrompt } from "../generation-request.ts";

export const completions: Route = {
  method: "POST",
  path: "/v1/completions",
  async answer(exchange) {
    const { request, response, service } = exchange;
    const body = readJson(await readBody(request));
    if (!body.ok) return sendRefusal(response, body.refusal);
    const prompt = readPrompt(body.value["prompt"], service.configuration.machinery.model.vocab);
    if (!prompt.ok) return sendRefusal(response, prompt.refusal);
    const generation = readGeneration(body.value, prompt.value, service, completionDialect);
    if (!generation.ok) return sendRefusal(response, generation.refusal);
    answer(exchange, generation.value, completionDialect);
  },
};
