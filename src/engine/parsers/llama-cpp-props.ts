import { asMap, parseMap } from "../../schema/json.ts";
import { isSecretName } from "../../schema/secrets.ts";
import type { Parser, ResolvedConfiguration } from "./parser.ts";

/**
 * llama.cpp's `/props` by its own paths, less the sampling defaults (every request says its own) and the texts of the
 * page. What `/props` leaves out its start-up log tells: threads, whether the cache is one, and so the context of all
 * slots together, which is what `--n-ctx` sets.
 */
export const llamaCppProps: Parser = {
  parse(answer, log) {
    const props = answer === null ? null : parseMap(answer);
    if (!props) return null;
    const resolved: ResolvedConfiguration = {};
    for (const [name, value] of Object.entries(props)) {
      if (passedOver.has(name) || isSecretName(name)) continue;
      const members = asMap(value);
      if (members) {
        for (const [inner, leaf] of Object.entries(members))
          if (!isSecretName(inner)) resolved[`${name}.${inner}`] = leaf;
      } else resolved[name] = value;
    }
    const threads = /threadpool init, n_threads = (\d+)/.exec(log)?.[1];
    if (threads !== undefined) resolved["n_threads"] = Number(threads);
    const [, slots, slotContext, unified] = slotLine.exec(log) ?? [];
    if (slots !== undefined && slotContext !== undefined) {
      const isUnified = unified === "true";
      resolved["n_ctx_slot"] = Number(slotContext);
      resolved["n_ctx"] = isUnified ? Number(slotContext) : Number(slots) * Number(slotContext);
      resolved["kv_unified"] = isUnified;
    }
    return resolved;
  },
};

const slotLine = /n_slots = (\d+), n_ctx_slot = (\d+), kv_unified = '(true|false)'/;

/** `n_ctx` of one slot and defaults that no request of ours leaves to the server; the look of its page. */
const passedOver = new Set(["default_generation_settings", "ui_settings", "webui_settings"]);
