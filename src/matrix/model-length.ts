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

type Members = { [name: string]: unknown };

/**
 * Tokens that a model was made for, prompt and output together, from the text of its `config.json`: the least of the
 * members that say so, times a rope scaling's factor, as vLLM derives it (vllm/config/model.py, `_get_and_verify_max_len`).
 * Null where the text is no JSON or says nothing of it.
 */
export function modelLengthOf(config: string): number | null {
  const whole = asMembers(parsed(config));
  if (whole === null) return null;
  // A model with eyes or ears keeps its language model's part apart.
  const own = asMembers(whole["text_config"]) ?? asMembers(whole["llm_config"]) ?? whole;
  const told = lengthMembers.map((name) => own[name]).filter((value) => isLength(value));
  if (told.length === 0) return null;
  const rope = asMembers(own["rope_scaling"]) ?? asMembers(own["rope_parameters"]) ?? {};
  const kind = rope["rope_type"] ?? rope["type"];
  const factor = rope["factor"];
  if (typeof factor !== "number" || scaledAlready.has(String(kind))) return Math.min(...told);
  const original = rope["original_max_position_embeddings"];
  return Math.floor((kind === "yarn" && isLength(original) ? original : Math.min(...told)) * factor);
}

function isLength(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the engine will say more of it
  }
}

function asMembers(value: unknown): Members | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Members) : null;
}
