import { send, sendJson, type Route } from "../exchange.ts";

/** 200 while the engine lives, 503 after its death; no body either way. */
const health: Route["answer"] = ({ response, service }) => send(response, service.alive ? 200 : 503, null, "");

/** What vLLM tells of itself to anybody. */
export const statusRoutes: readonly Route[] = [
  { method: "GET", path: "/health", answer: health },
  { method: "GET", path: "/ping", answer: health },
  { method: "POST", path: "/ping", answer: health },
  {
    method: "GET",
    path: "/version",
    answer: ({ response, service }) => sendJson(response, 200, { version: service.configuration.version }),
  },
  {
    // Requests under way; as in vLLM it stays 0 without --enable-server-load-tracking.
    method: "GET",
    path: "/load",
    answer({ response, service }) {
      const tracked = service.configuration.settings["enable_server_load_tracking"] === true;
      sendJson(response, 200, { server_load: tracked ? service.inFlight : 0 });
    },
  },
  {
    method: "GET",
    path: "/v1/models",
    answer({ response, service, startedS, fingerprint }) {
      const { servedModelName, modelName, maxModelLen } = service.configuration;
      const model = {
        id: servedModelName,
        object: "model",
        created: startedS,
        owned_by: "vllm",
        root: modelName,
        parent: null,
        max_model_len: maxModelLen,
        permission: [],
      };
      sendJson(response, 200, { object: "list", data: [model], system_fingerprint: fingerprint });
    },
  },
  {
    method: "GET",
    path: "/metrics",
    answer: ({ response, service }) =>
      send(response, 200, "text/plain; version=0.0.4; charset=utf-8", service.metrics.render()),
  },
];
