import { asMap, parseMap } from "../../schema/json.ts";
import { flatMembers } from "./flat-members.ts";
import type { Parser, ResolvedConfiguration } from "./parser.ts";

/**
 * vLLM's `/server_info?config_format=json` (with VLLM_SERVER_DEV_MODE=1): `vllm_config` by its own paths
 * (`scheduler_config.max_num_seqs`), `vllm_env` as `env.*`, `system_env` as `system.*`. What the start-up log alone
 * tells is laid over it: the log knows which settings were accepted and then ignored.
 */
export const vllmServerInfo: Parser = {
  parse(answer, log) {
    const info = answer === null ? null : parseMap(answer);
    const configuration = info && asMap(info["vllm_config"]);
    if (!configuration) return null;
    const system = Object.entries(asMap(info["system_env"]) ?? {}).filter(([name]) => !systemTexts.has(name));
    const resolved: ResolvedConfiguration = {
      ...flatMembers("", configuration),
      ...flatMembers("env.", asMap(info["vllm_env"]) ?? {}),
      ...flatMembers("system.", Object.fromEntries(system)),
    };
    for (const { pattern, path } of ignoredInTheLog)
      for (const match of log.matchAll(pattern)) resolved[path(match[1] ?? "")] = null;
    return resolved;
  },
};

/** Long texts about the machine (provenance has them) and a copy of the environment, which may hold secrets. */
const systemTexts = new Set(["cpu_info", "env_vars", "pip_packages", "conda_packages", "gpu_topo"]);

/** Start-up lines that say a setting has no effect: its path is null, whatever the configuration repeats. */
const ignoredInTheLog = [
  { pattern: /Unknown vLLM environment variable detected: (\w+)/g, path: (name: string) => `env.${name}` },
  { pattern: /Cannot use (?:AttentionBackendEnum\.)?(\w+) backend on/g, path: () => "attention_config.backend" },
];
