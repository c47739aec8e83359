import type { Route } from "../exchange.ts";
import { chatCompletions } from "./chat-completions.ts";
import { completions } from "./completions.ts";
import { resetEncoderCache, resetMultimodalCache, resetPrefixCache, serverInformation } from "./development.ts";
import { health, load, metrics, models, ping, pingByPost, version } from "./status.ts";
import { tokenizeText } from "./tokenize.ts";

/** Every route of the simulated engine, by vLLM's paths. */
export const routes: readonly Route[] = [
  health,
  ping,
  pingByPost,
  version,
  load,
  models,
  metrics,
  tokenizeText,
  completions,
  chatCompletions,
  serverInformation,
  resetPrefixCache,
  resetMultimodalCache,
  resetEncoderCache,
];
