import { isVolatile } from "../../../src/schema/resolved-names.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { llamaCppProps } from "../../../src/engine/parsers/llama-cpp-props.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/llama-cpp", name), "utf8");
const [props, log] = [fixture("props.json"), fixture("healthy/served.txt")];

describe("what a real llama.cpp says of itself", () => {
  it("is its slots by route, its threads and whole context by log", () => {
    expect(llamaCppProps.parse(props, log)).toMatchObject({
      total_slots: 4,
      n_ctx: 8192,
      n_ctx_slot: 2048,
      n_threads: 1,
      kv_unified: false,
      model_ftype: "all F32",
      "modalities.vision": false,
    });
  });

  it("leaves the sampling defaults out: every request says its own", () => {
    const paths = Object.keys(llamaCppProps.parse(props, log) ?? {});
    expect(paths.filter((path) => path.startsWith("default_generation_settings"))).toEqual([]);
    expect(paths.length).toBeGreaterThan(10);
  });

  it("does not divide a context that all slots share", () => {
    const shared = log.replace("n_ctx_slot = 2048, kv_unified = 'false'", "n_ctx_slot = 8192, kv_unified = 'true'");
    expect(llamaCppProps.parse(props, shared)).toMatchObject({ n_ctx: 8192, n_ctx_slot: 8192, kv_unified: true });
  });

  it("knows slots without a log, and nothing without the route", () => {
    const attached = llamaCppProps.parse(props, "");
    expect(attached).toMatchObject({ total_slots: 4 });
    expect(attached).not.toHaveProperty("n_ctx");
    expect(llamaCppProps.parse(null, log)).toBeNull();
    expect(llamaCppProps.parse("<html>", log)).toBeNull();
  });

  it("passes over what differs between two starts of one configuration", () => {
    const later = props.replace(/__media_\w+__/, "__media_other__").replaceAll("tiny.gguf", "/elsewhere/tiny.gguf");
    const [first, second] = [props, later].map((answer) => llamaCppProps.parse(answer, log) ?? {});
    const differing = Object.keys(first ?? {}).filter((path) => first?.[path] !== second?.[path]);
    expect(differing.length).toBe(3);
    expect(differing.filter((path) => !isVolatile(path))).toEqual([]);
  });
});
