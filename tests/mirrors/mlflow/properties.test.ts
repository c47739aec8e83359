import * as fc from "fast-check";
import { expect, it } from "vitest";
import { mlflowClient } from "../../../src/mirrors/mlflow/client.ts";
import { mlflowConfig } from "../../../src/mirrors/mlflow/config.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { damagedText, jsonWith, longestMs, textOf, expectAll } from "../../support/any-text.ts";

const timeout = { timeout: longestMs };
const usual = realWorld();
const secret = "geheim-0123456789";

it(
  "takes any answer of a tracking server as one of MLflow's, or as a failure without the password",
  timeout,
  async () => {
    const body = fc.oneof(
      damagedText(
        jsonWith(["error_code", "message", "experiment", "run", "info"], ["RESOURCE_DOES_NOT_EXIST", secret]).map(
          (value) => JSON.stringify(value),
        ),
      ),
      textOf(["<html>", "401", secret, "\n", "(raised as", "{", "}"]),
    );
    const status = fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 418, 429, 500, 503);
    const location = textOf(["http://", `me:${secret}@`, "host", "/x", "?token="], 5);
    await expectAll(
      fc.tuple(status, body, location),
      async ([code, text, moved]) => {
        const answer = { ok: true as const, value: { status: code, headers: { location: moved }, text } };
        const world = {
          ...usual,
          variables: { MLFLOW_TRACKING_USERNAME: "me", MLFLOW_TRACKING_PASSWORD: secret },
          network: { ...usual.network, request: () => Promise.resolve(answer) },
          clock: { ...usual.clock, sleep: () => Promise.resolve() },
        };
        const config = mlflowConfig(world, "http://tracking:5000/prefix/");
        if (!config.ok || config.value === null) throw new Error("no configuration");
        const asked = await mlflowClient(world, config.value, {}).get("/api/2.0/mlflow/experiments/get", { a: "b" });
        if (asked.ok) return expect([code < 300, typeof asked.value]).toEqual([true, "object"]);
        expect(JSON.stringify(asked)).not.toContain(secret);
        expect(asked.problem.message).not.toBe("");
      },
      6000,
    );
  },
);

it(
  "reads any tracking address and variables as a configuration, or says which is wrong, and never a password",
  timeout,
  async () => {
    const address = textOf(
      ["http://", "https://", "sqlite://", "databricks", `me:${secret}@`, "host", ":5000", "/p", "%", "file:/x"],
      6,
    );
    const number = textOf(["1", "30", "-", "x", "1e3"], 3);
    await expectAll(
      fc.tuple(address, number),
      ([url, digits]) => {
        const world = { ...usual, variables: { MLFLOW_TRACKING_URI: url, MLFLOW_HTTP_REQUEST_TIMEOUT: digits } };
        const config = mlflowConfig(world, null);
        if (!config.ok) return expect(JSON.stringify(config)).not.toContain(secret);
        if (config.value === null) return;
        const shown = URL.parse(config.value.url);
        expect([shown?.username, shown?.password, config.value.timeoutMs >= 1000]).toEqual(["", "", true]);
      },
      10_000,
    );
  },
);
