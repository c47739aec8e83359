import { Type } from "typebox";
import { strict } from "./strict-object.ts";

/** `experiments/prices/<name>.yaml`: what somebody asked for GPUs, where that stands, and on which day it stood there. */
export const PriceList = strict({
  $schema: Type.Optional(Type.String()),
  title: Type.String({ minLength: 1, description: "whose prices, and of what: Lambda, on demand, 8 GPUs" }),
  source: Type.String({ minLength: 1, description: "where the prices stand: an address" }),
  date: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "the day on which they stood there" }),
  gpus: Type.Array(
    strict({
      name: Type.String({ minLength: 1, description: "as the driver names it: NVIDIA H100 80GB HBM3" }),
      per_hour: Type.Number({ exclusiveMinimum: 0, description: "US dollars an hour for one of them" }),
    }),
    { minItems: 1 },
  ),
});

/** What the hardware costs: never part of an id, and in no trial. */
export const PriceFile = Type.Union(
  [
    Type.Number({ exclusiveMinimum: 0 }),
    strict({ use: Type.String({ description: "a list in experiments/prices: the price by the name of the GPU" }) }),
    PriceList,
  ],
  {
    description:
      "US dollars an hour for one GPU (of a configuration without a GPU: for the machine), or a list of prices by the names of GPUs; never part of an id",
  },
);
