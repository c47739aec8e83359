export * from "./mlperf/index.ts";
