import { succeed } from "../../schema/result.ts";
import type { Mirror } from "../mirror.ts";
import { mlflowConfig } from "./config.ts";
import { mlflowClient } from "./client.ts";
import { api } from "./runs.ts";
import { sendTrials } from "./send.ts";

/** An MLflow tracking server (3.17.2 is what it is tested with): a run for each trial under a run for the study. */
export const mlflow: Mirror = {
  name: "MLflow",
  open(world, address) {
    const config = mlflowConfig(world, address);
    if (!config.ok) return config;
    const { value } = config;
    if (value === null) return succeed(null);
    const said = new Set<string>();
    return succeed({
      where: value.url,
      async answers() {
        const client = mlflowClient(world, { ...value, retries: 0 }, {});
        const found = await client.get(`${api}/experiments/search`, { max_results: "1" });
        return found.ok ? succeed(null) : found;
      },
      async send(delivery) {
        const sent = await sendTrials(world, value, delivery);
        if (!sent.ok) return sent;
        const notices = sent.value.notices.filter((message) => !said.has(message));
        for (const message of notices) said.add(message);
        return succeed({ ...sent.value, notices });
      },
    });
  },
};
