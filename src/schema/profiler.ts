import { Type, type Static } from "typebox";
import { partial } from "./strict-object.ts";

/** A profiler that an engine runs under, or has. In every text `{folder}` is the folder for its traces. */
export const Profiler = partial({
  prefix: Type.Array(Type.String(), { description: "the program that runs the engine's command, with its arguments" }),
  arguments: Type.Array(Type.String(), { description: "added to the engine's own" }),
  variables: Type.Record(Type.String(), Type.String(), { description: "added to the engine's own" }),
  start: Type.String({ description: "the route that starts it, a POST, asked before the load" }),
  stop: Type.String({ description: "the route that ends it, a POST, asked after the load" }),
});
export type Profiler = Static<typeof Profiler>;
