import { asMap, parseMap, type Json } from "../../schema/json.ts";
import { flatMembers } from "./flat-members.ts";
import type { Parser } from "./parser.ts";

/**
 * SGLang's `/server_info` by its own paths: its arguments as they were resolved (`mem_fraction_static`,
 * `cuda_graph_config.decode.max_bs`) and what the scheduler found (`max_total_num_tokens`). Where nobody set
 * `max_running_requests` the scheduler's own bound, of one replica, takes its place.
 */
export const sglangServerInfo: Parser = {
  parse(answer) {
    const info = answer === null ? null : parseMap(answer);
    if (!info || !("model_path" in info)) return null;
    const kept = Object.entries(info).filter(([name]) => !passedOver.has(name));
    const resolved = flatMembers("", Object.fromEntries(kept));
    const bound = effectiveBound(info["internal_states"]);
    if (bound !== null) resolved["max_running_requests"] ??= bound;
    return resolved;
  },
};

function effectiveBound(states: Json | undefined): Json | null {
  const first = Array.isArray(states) ? asMap(states[0]) : null;
  return first?.["effective_max_running_requests_per_dp"] ?? null;
}

/** What is another at each start, whatever was set (ports, the seed that nobody set, the command line), and live figures. */
const passedOver = new Set([
  "internal_states",
  "launch_command",
  "startup_time",
  "port",
  "nccl_port",
  "random_seed",
  "kv_events",
  "kv_event_sources",
  "hicache_object_layout",
  "status",
]);
