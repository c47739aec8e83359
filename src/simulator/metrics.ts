import type { Configuration } from "./configuration.ts";
import type { Engine, Outcome, Output } from "./engine.ts";
import catalogue from "./metrics.json" with { type: "json" };
import type { FinishReason } from "./sequence.ts";
import { number } from "./settings.ts";

type Labels = Record<string, string>;

const finishReasons = ["stop", "length", "abort", "error", "repetition"] as const;

class Histogram {
  readonly bounds: readonly number[];
  private readonly counts: Float64Array;
  private sum = 0;
  private count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.sum += value;
    this.count++;
    for (let at = 0; at < this.bounds.length; at++) {
      if (value <= this.bounds[at]!) {
        this.counts[at]!++;
        return;
      }
    }
  }

  lines(name: string, labels: Labels): string[] {
    const lines: string[] = [];
    let below = 0;
    for (const [at, bound] of this.bounds.entries()) {
      below += this.counts[at]!;
      lines.push(line(`${name}_bucket`, { ...labels, le: python(bound) }, below));
    }
    lines.push(line(`${name}_bucket`, { ...labels, le: "+Inf" }, this.count));
    lines.push(line(`${name}_count`, labels, this.count), line(`${name}_sum`, labels, this.sum));
    return lines;
  }
}

/** What `/metrics` tells: vLLM's names and meanings, in the engine's own time, and how late the simulator itself was. */
export class Metrics {
  private readonly engine: Engine;
  private readonly configuration: Configuration;
  private readonly histograms = new Map<string, Histogram>();
  private readonly finished: Record<(typeof finishReasons)[number], number> = {
    stop: 0,
    length: 0,
    abort: 0,
    error: 0,
    repetition: 0,
  };
  private promptTokens = 0;
  private cachedTokens = 0;
  private generationTokens = 0;
  private latenessSum = 0;
  private latenessMax = 0;
  private steps = 0;

  constructor(configuration: Configuration, engine: Engine) {
    this.configuration = configuration;
    this.engine = engine;
    for (const metric of catalogue.metrics) {
      if (metric.buckets) this.histograms.set(metric.name, new Histogram(metric.buckets));
    }
  }

  /** A step ended; `latenessS` is how much later than due its tokens went out. */
  step(outcome: Outcome, latenessS: number): void {
    this.steps++;
    this.latenessSum += latenessS;
    this.latenessMax = Math.max(this.latenessMax, latenessS);
    this.observe("iteration_tokens_total", outcome.tokens);
    for (const output of outcome.outputs) this.output(output);
  }

  /** A request is over, for whichever reason. `maxTokens` is what it asked for. */
  end(sequence: Output["sequence"], reason: FinishReason | "error", maxTokens: number): void {
    this.finished[reason]++;
    if (sequence.firstTokenS === null || sequence.lastTokenS === null || sequence.scheduledS === null) return;
    const { arrivedS, scheduledS, firstTokenS, lastTokenS } = sequence;
    this.observe("request_prompt_tokens", sequence.promptTokens);
    this.observe("request_generation_tokens", sequence.said);
    this.observe("request_max_num_generation_tokens", maxTokens);
    this.observe("request_params_max_tokens", maxTokens);
    this.observe("request_params_n", 1);
    this.observe("request_queue_time_seconds", scheduledS - arrivedS);
    this.observe("request_prefill_time_seconds", firstTokenS - scheduledS);
    this.observe("request_decode_time_seconds", lastTokenS - firstTokenS);
    this.observe("request_inference_time_seconds", lastTokenS - scheduledS);
    this.observe("e2e_request_latency_seconds", lastTokenS - arrivedS);
    this.observe("request_num_preemptions", sequence.preemptions);
    this.observe("request_prefill_kv_computed_tokens", sequence.promptTokens - sequence.cachedTokens);
    if (sequence.said > 1) {
      this.observe("request_time_per_output_token_seconds", (lastTokenS - firstTokenS) / (sequence.said - 1));
    }
  }

  /** Prometheus' text form. */
  render(): string {
    const labels: Labels = { engine: "0", model_name: this.configuration.servedModelName };
    const values = this.values();
    const lines: string[] = [];
    for (const { name, type, help } of catalogue.metrics) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      const histogram = this.histograms.get(name);
      if (histogram) lines.push(...histogram.lines(name, labels));
      for (const [extra, value] of values[name] ?? []) lines.push(line(name, { ...labels, ...extra }, value));
    }
    for (const [name, help, value] of [
      ["steps_total", "Steps of the simulated engine.", this.steps],
      ["lateness_seconds_total", "By how much tokens went out later than due, summed over steps.", this.latenessSum],
      ["lateness_seconds_max", "The same, the worst step.", this.latenessMax],
    ] as const) {
      const whole = `ceteris_simulated:${name}`;
      const type = name.endsWith("_total") ? "counter" : "gauge";
      lines.push(`# HELP ${whole} ${help}`, `# TYPE ${whole} ${type}`, line(whole, labels, value));
    }
    return `${lines.join("\n")}\n`;
  }

  private output({ sequence, tokens, gapS, from }: Output): void {
    this.generationTokens += tokens;
    if (gapS !== null) {
      this.observe("inter_token_latency_seconds", gapS);
      return;
    }
    if (from > 0) return;
    this.promptTokens += sequence.promptTokens;
    this.cachedTokens += sequence.cachedTokens;
    this.observe("time_to_first_token_seconds", sequence.firstTokenS! - sequence.arrivedS);
  }

  private observe(name: string, value: number): void {
    this.histograms.get(`vllm:${name}`)!.observe(value);
  }

  private values(): Record<string, [Labels, number][]> {
    const { engine } = this;
    const { scheduler } = engine;
    return {
      "vllm:num_requests_running": [[{}, engine.runningCount]],
      "vllm:num_requests_waiting": [[{}, engine.waitingCount]],
      "vllm:num_requests_waiting_by_reason": [
        [{ reason: "capacity" }, engine.waitingCount],
        [{ reason: "deferred" }, 0],
      ],
      "vllm:kv_cache_usage_perc": [[{}, engine.cache.usage]],
      "vllm:engine_sleep_state": [
        [{ sleep_state: "awake" }, 1],
        [{ sleep_state: "weights_offloaded" }, 0],
        [{ sleep_state: "discard_all" }, 0],
      ],
      "vllm:cache_config_info": [[cacheLabels(this.configuration), 1]],
      "vllm:num_preemptions_total": [[{}, scheduler.preemptions]],
      "vllm:prompt_tokens_total": [[{}, this.promptTokens]],
      "vllm:prompt_tokens_by_source_total": [
        [{ source: "local_compute" }, this.promptTokens - this.cachedTokens],
        [{ source: "local_cache_hit" }, this.cachedTokens],
        [{ source: "external_kv_transfer" }, 0],
      ],
      "vllm:prompt_tokens_cached_total": [[{}, this.cachedTokens]],
      "vllm:generation_tokens_total": [[{}, this.generationTokens]],
      "vllm:prefix_cache_queries_total": [[{}, scheduler.prefixQueries]],
      "vllm:prefix_cache_hits_total": [[{}, scheduler.prefixHits]],
      "vllm:request_success_total": finishReasons.map((reason) => [{ finished_reason: reason }, this.finished[reason]]),
      "vllm:spec_decode_num_drafts_total": this.ofSpeculation(engine.drafts),
      "vllm:spec_decode_num_draft_tokens_total": this.ofSpeculation(engine.draftTokens),
      "vllm:spec_decode_num_accepted_tokens_total": this.ofSpeculation(engine.acceptedTokens),
    };
  }

  private ofSpeculation(value: number): [Labels, number][] {
    return this.configuration.speculation === null ? [] : [[{}, value]];
  }
}

function cacheLabels(configuration: Configuration): Labels {
  const room = configuration.blocks * configuration.blockSize;
  return {
    block_size: String(configuration.blockSize),
    cache_dtype: configuration.kvCacheDtype,
    enable_prefix_caching: configuration.prefixCaching ? "True" : "False",
    gpu_memory_utilization: String(configuration.gpuMemoryUtilization),
    kv_cache_max_concurrency: String(room / configuration.maxModelLen),
    kv_cache_memory_bytes: String(number(configuration.settings, "kv_cache_memory_bytes") ?? "None"),
    kv_cache_size_tokens: String(room),
    num_gpu_blocks: String(configuration.blocks),
    num_gpu_blocks_override: String(number(configuration.settings, "num_gpu_blocks_override") ?? "None"),
  };
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((key) => `${key}="${labels[key]!.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`);
  return `${name}{${pairs.join(",")}} ${python(value)}`;
}

/** A float as Python's client prints it: `6.0`. */
function python(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
