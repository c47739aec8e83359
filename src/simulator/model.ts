import { fromDisk } from "../schema/disk.ts";
import constants from "./roofline.json" with { type: "json" };

/** The shape of a decoder-only transformer; counts of parameters, layers, heads and positions. */
export interface Model {
  name: string;
  architecture: string;
  parameters: number;
  layers: number;
  hidden: number;
  intermediate: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  vocab: number;
  tiedEmbeddings: boolean;
  maxPositionEmbeddings: number;
}

/** How a checkpoint or an online method stores weights and multiplies them. */
export interface WeightFormat {
  method: string | null;
  /** Bytes of one weight of the layers. */
  bytes: number;
  compute: Compute;
}

export type Compute = "float32" | "bfloat16" | "int8" | "fp8";

interface KnownModel {
  model: Model;
  /** Null where the table has the model; else what was assumed, for the log. */
  assumed: string | null;
}

const models = fromDisk<(Model & { match: string })[]>(constants.models);

/** The shape of the model of this name: from the table, else scaled by a size in the name, else the table's first. */
export function modelOf(name: string): KnownModel {
  const known = models.find(({ match }) => new RegExp(match, "i").test(name));
  if (known !== undefined) return { model: known, assumed: null };
  const first = models[0]!;
  const size = /(?:^|[-_/])(\d+(?:\.\d+)?)b(?![a-z0-9])/i.exec(name)?.[1];
  if (size === undefined || Number(size) === 0) {
    return { model: first, assumed: `no size in the name '${name}': taken for ${first.name}` };
  }
  const factor = (Number(size) * 1e9) / first.parameters;
  const edge = Math.cbrt(factor);
  // A multiple of the KV heads, as real models have it, so that every common tensor parallel size divides it.
  const heads = first.kvHeads * Math.max(1, Math.round((first.heads * edge) / first.kvHeads));
  return {
    model: {
      ...first,
      name: `${size}B`,
      parameters: Number(size) * 1e9,
      layers: Math.max(1, Math.round(first.layers * edge)),
      hidden: heads * first.headDim,
      intermediate: Math.round(first.intermediate * edge),
      heads,
    },
    assumed: `'${name}' is not in the table of models: ${first.name} scaled to ${size}B parameters`,
  };
}

/** Parameters of embedding, output head and the layers between; the head is the embedding where they are tied. */
export function parametersOf(model: Model): { embedding: number; head: number; layers: number } {
  const table = model.vocab * model.hidden;
  const embedding = model.tiedEmbeddings ? 0 : table;
  return { embedding, head: table, layers: Math.max(0, model.parameters - embedding - table) };
}
