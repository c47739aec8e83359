import type { Json } from "./json.ts";

/**
 * Names in a resolved configuration that belong to one launch of the engine and not to its configuration: addresses, paths,
 * clocks, random seeds, names that are drawn at a start. The model and its tokenizer are known by digest, not by where they lie.
 */
const volatileNames = [
  /(^|[._])(instance_id|engine_id|request_id|pid|uuid|url|dir|folder|path|file|socket|time|timestamp|date|seed)([._]|$)/i,
  /(^|[._])ports?(_list)?([._]|$)/i,
  /(^|[._])(addr|address|host|hostname|ip)([._]|$)/i,
  /(^|[._])(buffer|shm)_name([._]|$)/i,
  /^env\.VLLM_.*(_ROOT|_CACHE)$/,
  /(^|[._])traced_files$/,
  /^model_config\.(model|model_weights|tokenizer|served_model_name)$/,
  /^(model_alias|media_marker)$/,
];

/** Measured on the memory that happened to be free, so not quite the same at every start. */
const measuredNames = /(^|[._])(num_gpu_blocks|num_cpu_blocks|kv_cache_size_tokens|kv_cache_max_concurrency)$/;

/** True of a dotted path whose value differs between two starts of the same thing. */
export function isVolatile(path: string): boolean {
  return volatileNames.some((pattern) => pattern.test(path));
}

/** True of a dotted path that the engine measures when it starts. */
export function isMeasured(path: string): boolean {
  return measuredNames.test(path);
}

/** What is drawn at a start within a value: UUIDs, addresses of memory and network, temporary folders, long hex and long numbers. */
const drawn =
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]{4,}|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\/(tmp|dev\/shm|run)\/[^\s"',]*|\b[0-9a-f]{16,}\b|\b\d{10,}\b/gi;

/** A resolved value without what is drawn at a start, so that two starts of the same thing have the same one. */
export function withoutDrawn(value: Json): Json {
  if (typeof value === "string") return value.replaceAll(drawn, "…");
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withoutDrawn);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutDrawn(member)]));
}
