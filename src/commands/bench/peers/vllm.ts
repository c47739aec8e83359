import { parseMap } from "../../../schema/json.ts";
import {
  bodyFlags,
  flagOf,
  goodputFlags,
  peerFault,
  peerFlags,
  readingOf,
  routeOf,
  valueOf,
  type GivenFlags,
  type PeerReading,
  type PeerTool,
} from "./peer-flag.ts";
import rows from "./vllm-flags.json" with { type: "json" };

/** What holds where a flag of theirs is not given (vllm/benchmarks/datasets/datasets.py of 0.32.0). */
const theirs = {
  requests: "1000",
  random: { input: "1024", output: "128" },
  customOutput: "256",
  repetition: { prefix: "256", suffix: "256", prefixes: "10", output: "128" },
};

export const vllmBenchServe: PeerTool = {
  title: "vllm bench serve",
  calls: [
    [/^vllm$/, /^bench$/, /^serve$/],
    [/^serve$/],
    [/^python3?$/, /benchmark_serving\.py$/],
    [/benchmark_serving\.py$/],
  ],
  // Flags of 0.32.0, and of the script that came before it.
  flags: peerFlags(rows),
  read(given, ours) {
    const limits = { ttft: "--slo-ttft-ms", tpot: "--slo-tpot-ms", e2el: "--slo-e2e-ms" };
    return readingOf(urlOf(given), [
      route(given),
      load(given, ours),
      lengths(given, ours),
      percentiles(given),
      body(given),
      goodputFlags(given.get("--goodput") ?? [], limits),
      { flags: flagOf("--model", valueOf(given, "--served-model-name", "--model")) },
    ]);
  },
};

type Part = Partial<PeerReading>;

function fault(flag: string, why: string, hint: string): Part {
  return { faults: [peerFault(flag, why, hint)] };
}

function urlOf(given: GivenFlags): string | undefined {
  const [base, host, port] = [valueOf(given, "--base-url"), valueOf(given, "--host"), valueOf(given, "--port")];
  if (base !== undefined) return base;
  return host === undefined && port === undefined ? undefined : `http://${host ?? "127.0.0.1"}:${port ?? "8000"}`;
}

/** The path says it, else the backend. */
function route(given: GivenFlags): Part {
  for (const name of ["--endpoint", "--backend", "--endpoint-type"]) {
    const asked = valueOf(given, name);
    if (asked === undefined) continue;
    const found = routeOf(asked);
    if (found !== null) return { flags: [["--endpoint", found]] };
    return fault(`${name} ${asked}`, "this route is not measured", "Take --endpoint chat, or --endpoint completions.");
  }
  return {};
}

/** How many requests, and when they are sent. */
function load(given: GivenFlags, ours: ReadonlySet<string>): Part {
  const requests = valueOf(given, "--num-prompts") ?? theirs.requests;
  if (!/^[1-9]\d*$/.test(requests))
    return fault(`--num-prompts ${requests}`, "a number of requests is needed", "For instance --num-prompts 1000.");
  const isCounted = ours.has("--requests") || ours.has("--duration");
  const counted: PeerReading["flags"] = isCounted ? [] : [["--requests", requests]];
  const cap = valueOf(given, "--max-concurrency");
  const capped = flagOf("--max-in-flight", cap);
  const [from, to] = [valueOf(given, "--ramp-up-start-rps"), valueOf(given, "--ramp-up-end-rps")];
  const strategy = valueOf(given, "--ramp-up-strategy");
  if (strategy !== undefined || from !== undefined || to !== undefined) {
    const hint = "Take --rate START --ramp-to END; other shapes are a matrix's: arrivals: { kind: steps, steps: … }.";
    if (strategy === "exponential") return fault("--ramp-up-strategy exponential", "`bench` ramps in a line", hint);
    if (from === undefined || to === undefined || Number(from) === 0)
      return fault("--ramp-up-strategy", "a ramp needs --ramp-up-start-rps above 0, and --ramp-up-end-rps", hint);
    return { flags: [...counted, ["--rate", from], ["--ramp-to", to], ...capped] };
  }
  const rate = valueOf(given, "--request-rate") ?? "inf";
  const burstiness = valueOf(given, "--burstiness");
  if (!/^inf(inity)?$/i.test(rate)) {
    const isEven = burstiness?.startsWith("inf") === true;
    const shape = isEven ? flagOf("--arrivals", "constant") : flagOf("--burstiness", burstiness);
    return { flags: [...counted, ["--rate", rate], ...shape, ...capped] };
  }
  const notes = burstiness === undefined ? [] : ["--burstiness: without a rate there are no gaps to shape"];
  if (ours.has("--rate") || ours.has("--concurrency")) return { flags: [...counted, ...capped], notes };
  const allAtOnce = cap === undefined || (!isCounted && Number(cap) >= Number(requests));
  return { flags: [...counted, allAtOnce ? ["--rate", "inf"] : ["--concurrency", cap]], notes };
}

/** The prompts, and how long they and the answers are. */
function lengths(given: GivenFlags, ours: ReadonlySet<string>): Part {
  const path = valueOf(given, "--dataset-path");
  const named = valueOf(given, "--dataset-name") ?? (path === undefined ? "random" : kindOfFile(path));
  const asked = (name: string) => valueOf(given, `--${name}-output-len`, "--output-len");
  switch (named) {
    case "random":
      return random(given, ours);
    case "prefix_repetition": {
      const own = (name: string) => valueOf(given, `--prefix-repetition-${name}`);
      const prefix = own("prefix-len") ?? theirs.repetition.prefix;
      const whole = Number(prefix) + Number(own("suffix-len") ?? theirs.repetition.suffix);
      return {
        flags: [
          ["--shared-prefix-tokens", prefix],
          ["--prefix-groups", own("num-prefixes") ?? theirs.repetition.prefixes],
          ["--input-tokens", String(whole)],
          ["--output-tokens", asked("prefix-repetition") ?? theirs.repetition.output],
        ],
      };
    }
    case "sharegpt":
    case "custom": {
      if (path === undefined) return fault(`--dataset-name ${named}`, "it needs --dataset-path FILE", "Name the file.");
      const format = named === "custom" ? "jsonl" : "sharegpt";
      const length = asked(named) ?? (named === "custom" ? theirs.customOutput : undefined);
      if (length === "-1")
        return fault("--custom-output-len -1", "lengths in the file are not read", "Give one length for all answers.");
      return {
        flags: [
          ["--dataset", path],
          ["--dataset-format", format],
          ...flagOf("--output-tokens", length),
          ...(given.has("--ignore-eos") && length !== undefined ? [["--ignore-eos"] as [string]] : []),
        ],
      };
    }
    default:
      return fault(
        `--dataset-name ${named}`,
        "this dataset is not read",
        'Write its prompts as lines of {"prompt": …}, and give the file: --dataset FILE.jsonl.',
      );
  }
}

function kindOfFile(path: string): string {
  return path.endsWith(".jsonl") ? "custom" : "sharegpt";
}

function random(given: GivenFlags, ours: ReadonlySet<string>): Part {
  const prefix = valueOf(given, "--random-prefix-len") ?? "0";
  const input = Number(valueOf(given, "--random-input-len", "--input-len") ?? theirs.random.input);
  const output = Number(valueOf(given, "--random-output-len", "--output-len") ?? theirs.random.output);
  const ratios = ratiosOf(valueOf(given, "--random-range-ratio") ?? "0");
  if (ratios === null)
    return fault("--random-range-ratio", "it takes a share, or shares of input and output", "For instance 0.2.");
  const shared = Number(prefix);
  const hasPrompts = ours.has("--input-tokens") || ours.has("--dataset");
  const answers = ours.has("--output-tokens") ? undefined : spread(output, ratios.output, 0);
  return {
    notes: hasPrompts ? [] : [endNote(given)],
    flags: [
      ...flagOf("--input-tokens", hasPrompts ? undefined : spread(input, ratios.input, shared)),
      ...flagOf("--output-tokens", answers),
      ...flagOf("--shared-prefix-tokens", shared === 0 ? undefined : prefix),
    ],
  };
}

/** Theirs may end an answer early; a synthetic one of ours never does. */
function endNote(given: GivenFlags): string {
  return given.has("--ignore-eos")
    ? "--ignore-eos is left out: synthetic answers always have their length"
    : "--ignore-eos: without it vLLM lets the model end its answers; here synthetic ones always have their length";
}

/** Those that the table has are there whatever is asked for. */
function percentiles(given: GivenFlags): Part {
  const asked = valueOf(given, "--metric-percentiles");
  if (asked === undefined) return {};
  const inTable = ["50", "90", "95", "99"];
  const isMore = asked.split(",").some((p) => !inTable.includes(p.trim()));
  const note =
    "--metric-percentiles: the table has p50, p90, p95 and p99; the file of --save-result has those that you name";
  return { flags: [["--metric-percentiles", asked]], notes: isMore ? [note] : [] };
}

/** One share for both, or a JSON object with one of each. */
function ratiosOf(text: string): { input: number; output: number } | null {
  const both = Number(text);
  if (both >= 0 && both < 1) return { input: both, output: both };
  const pair = parseMap(text);
  const [input, output] = [Number(pair?.["input"] ?? 0), Number(pair?.["output"] ?? 0)];
  return pair !== null && input >= 0 && input < 1 && output >= 0 && output < 1 ? { input, output } : null;
}

/** Lengths from (1 - share) to (1 + share) of this one, all longer by `more`. */
function spread(length: number, share: number, more: number): string {
  const least = Math.max(1, Math.floor(length * (1 - share))) + more;
  const most = Math.ceil(length * (1 + share)) + more;
  return least === most ? String(most) : `${least}-${most}`;
}

/** Members of the body that are flags there. */
const members = ["min-p", "frequency-penalty", "presence-penalty", "repetition-penalty", "logprobs"];

function body(given: GivenFlags): Part {
  const written = valueOf(given, "--extra-body");
  const own = members.flatMap((name) => {
    const text = valueOf(given, `--${name}`);
    return text === undefined ? [] : [[name.replaceAll("-", "_"), Number(text)] as const];
  });
  const others = parseMap(written ?? "{}");
  if (others === null) return { flags: [["--extra-body", written!]] };
  return { flags: bodyFlags({ ...Object.fromEntries(own), ...others }) };
}
