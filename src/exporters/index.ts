export * from "./mlperf/index.ts";
export { vllmBenchFileName, vllmBenchResult, type VllmBenchRun } from "./vllm-bench-result.ts";
