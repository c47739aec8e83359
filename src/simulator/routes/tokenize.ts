import { readBody, sendJson, sendRefusal, type Route } from "../exchange.ts";
import { readJson, readPrompt, refusedModel } from "../generation-request.ts";
import { chatText } from "./chat-completions.ts";

/** How many tokens a text or a list of messages is here, and which: the same as a request with them has. There are no special tokens. */
export const tokenizeText: Route = {
  method: "POST",
  path: "/tokenize",
  async answer({ request, response, service }) {
    const body = readJson(await readBody(request));
    if (!body.ok) return sendRefusal(response, body.problem);
    const stranger = refusedModel(body.value, service);
    if (stranger !== null) return sendRefusal(response, stranger);
    const { maxModelLen, machinery } = service.configuration;
    const given = body.value["messages"] === undefined ? null : chatText(body.value["messages"]);
    if (given && !given.ok) return sendRefusal(response, given.problem);
    const prompt = readPrompt(given === null ? body.value["prompt"] : given.value, machinery.model.vocab);
    if (!prompt.ok) return sendRefusal(response, prompt.problem);
    const { ids, pieces } = prompt.value;
    sendJson(response, 200, {
      count: ids.length,
      max_model_len: maxModelLen,
      tokens: ids,
      token_strs: body.value["return_token_strs"] === true ? pieces : null,
    });
  },
};
