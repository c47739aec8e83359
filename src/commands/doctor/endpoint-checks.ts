import { listText } from "../../math/figures.ts";
import { about, fine, refusal, refused, warning, type Found } from "./check.ts";

/** A server that runs already. */
export const endpointChecks = about("endpoint", [
  {
    id: "endpoint",
    asks: "A server answers at the address, lets us in, and serves the model.",
    limit: null,
    remedy: "Start the server and wait until it is ready, or correct the address.",
    judge({ endpoint = null }) {
      if (endpoint === null) return [];
      const { url, server: found, version } = endpoint;
      if (!found.ok) return refused(found.problem);
      const { model, models, isSimulated } = found.value;
      const others = models.length > 1 ? ` and ${models.length - 1} more` : "";
      const build = version === null ? "" : `, version ${version}`;
      return fine(`${url} serves ${model}${others}${build}${isSimulated ? ", SIMULATED" : ""}`);
    },
  },
  {
    id: "endpoint-routes",
    asks: "The routes that Ceteris takes figures from are there. What a missing one would tell stays unknown in the trials.",
    limit: "all that the engine file names",
    remedy:
      "Start the server with them (vLLM: VLLM_SERVER_DEV_MODE=1 for /server_info and /reset_prefix_cache), or let the proxy pass them.",
    judge({ endpoint = null }) {
      if (endpoint === null || !endpoint.server.ok || endpoint.routes.length === 0) return [];
      const there = endpoint.routes.filter(({ isThere }) => isThere === true);
      const lacking = endpoint.routes.filter(({ isThere }) => isThere !== true);
      if (lacking.length === 0) return fine(there.map(({ path }) => path).join(" "));
      const what = lacking.map(({ path, use }) => `${path} (${use})`);
      return warning(`not there: ${listText(what)}`);
    },
  },
  {
    id: "endpoint-request",
    asks: "A request of one token is answered as a stream of events, with the server's count of the tokens.",
    limit: "streamed, and counted (stream_options.include_usage)",
    remedy: "Look at the server's log; a proxy in between must pass streams on as they come.",
    judge({ endpoint = null }) {
      if (endpoint === null || !endpoint.server.ok) return [];
      // A server may offer one of the two ways, and `endpoint` of the workload says which is used.
      const good = endpoint.requests.some(({ tried }) => tried.status === 200 && tried.isStreamed);
      return endpoint.requests.map(({ path, tried }): Found => {
        const { status, isStreamed, isCounted, said } = tried;
        const bad = good ? warning : refusal;
        if (status === null) return bad(`${path}: ${said}`);
        if (status !== 200) return bad(`${path}: HTTP ${status}${said === "" ? "" : ` ${said}`}`);
        if (!isStreamed) return bad(`${path}: answered in one piece, not as a stream`);
        if (!isCounted) return warning(`${path}: streamed, without a count of the tokens`);
        return fine(`${path}: streamed and counted`);
      });
    },
  },
]);
