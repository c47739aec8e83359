import type { Workload } from "../../../schema/workload.ts";
import type { Scenario } from "../scenario.ts";
import { closed } from "./closed.ts";
import { offline } from "./offline.ts";
import { open } from "./open.ts";
import { server } from "./server.ts";
import { streams } from "./streams.ts";

/** Every scenario, under the name that a workload gives it. */
export const scenarios: Readonly<Record<Workload["scenario"], Scenario>> = {
  offline,
  closed,
  open,
  server,
  interactive: server,
  single_stream: streams,
  multi_stream: streams,
};
