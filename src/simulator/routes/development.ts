import { send, sendJson, type Route } from "../exchange.ts";
import { serverInfo } from "../server-info.ts";

/** There is no such cache here, so it is empty already. */
const nothingToReset: Route["answer"] = ({ response }) => send(response, 200, null, "");

/** What vLLM answers only with VLLM_SERVER_DEV_MODE=1. */
export const developmentRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/server_info",
    devOnly: true,
    answer({ response, service, query, variables }) {
      const format = query.get("config_format") === "json" ? "json" : "text";
      sendJson(response, 200, serverInfo(service.configuration, variables, format));
    },
  },
  {
    // Status 200 in either case: whether anything was reset is in the body.
    method: "POST",
    path: "/reset_prefix_cache",
    devOnly: true,
    answer: ({ response, service }) => sendJson(response, 200, { success: service.resetPrefixCache() }),
  },
  { method: "POST", path: "/reset_mm_cache", devOnly: true, answer: nothingToReset },
  { method: "POST", path: "/reset_encoder_cache", devOnly: true, answer: nothingToReset },
];
