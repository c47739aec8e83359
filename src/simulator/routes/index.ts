import type { Route } from "../exchange.ts";
import { chatCompletions } from "./chat-completions.ts";
import { completions } from "./completions.ts";
import { developmentRoutes } from "./development.ts";
import { statusRoutes } from "./status.ts";
import { tokenizeText } from "./tokenize.ts";

/** Every route of the simulated engine, by vLLM's paths. */
export const routes: readonly Route[] = [
  ...statusRoutes,
  tokenizeText,
  completions,
  chatCompletions,
  ...developmentRoutes,
];
