import { asMap, parseMap } from "../../schema/json.ts";

/** Names under which models of different families say how many tokens they were made for. */
const lengthMembers = [
  "max_position_embeddings",
  "n_positions",
  "max_seq_len",
  "seq_length",
  "model_max_length",
  "max_sequence_length",
  "max_seq_length",
  "seq_len",
];
/** Scalings whose factor is in the length already. */
const scaledAlready = new Set(["su", "longrope", "llama3", "mrope", "default"]);

/**
 * The longest sequence that a model was made for, prompt and output together in tokens, from the text of its
 * `config.json`: the least of the members that say so, times a rope scaling's factor, as vLLM derives it
 * (vllm/config/model.py, `_get_and_verify_max_len`). Null where the text is no JSON or does not say.
 */
export function modelLengthOf(config: string): number | null {
  const whole = parseMap(config);
  if (whole === null) return null; // the engine will say more of it
  // A multimodal model keeps the configuration of its language model in a part of its own.
  const own = asMap(whole["text_config"]) ?? asMap(whole["llm_config"]) ?? whole;
  const told = lengthMembers.map((name) => own[name]).filter((value) => isLength(value));
  if (told.length === 0) return null;
  const rope = asMap(own["rope_scaling"]) ?? asMap(own["rope_parameters"]) ?? {};
  const kind = rope["rope_type"] ?? rope["type"];
  const factor = rope["factor"];
  if (typeof factor !== "number" || (typeof kind === "string" && scaledAlready.has(kind))) return Math.min(...told);
  const original = rope["original_max_position_embeddings"];
  return Math.floor((kind === "yarn" && isLength(original) ? original : Math.min(...told)) * factor);
}

function isLength(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
