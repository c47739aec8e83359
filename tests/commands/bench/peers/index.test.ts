import { describe, expect, it } from "vitest";
import { benchFlags } from "../../../../src/commands/bench/bench-flags.ts";
import { flagName } from "../../../../src/cli/listing.ts";
import { peerTools, translateFlags } from "../../../../src/commands/bench/peers/index.ts";
import { vllmLines, wordsOf } from "../../../fixtures/bench/vllm-command-lines.ts";

const ours = new Map(Object.entries(benchFlags).map(([name, { kind }]) => [flagName(name), kind !== "boolean"]));

const translate = (line: string) => translateFlags(wordsOf(line), ours);
const inOurs = (line: string): string | undefined => translate(line)?.argv.join(" ");
const refusals = (line: string): string[] =>
  translate(line)?.faults.map(({ message, hint }) => `${message}\n  ${hint}`) ?? [];

describe("ten command lines of vllm bench serve, as they are written down", () => {
  it.each(vllmLines)("$where", (known) => {
    const said = refusals(known.line).join("\n");
    expect(said).toMatch(known.hint ?? /^$/);
    expect(said === "" ? inOurs(known.line) : null).toBe(known.ours);
  });

  it("work the same without the words that call vLLM", () => {
    const called = vllmLines.filter(({ line, ours: expected }) => expected !== null && line.startsWith("vllm"));
    for (const words of ["", "serve "])
      expect(called.map(({ line }) => inOurs(line.replace("vllm bench serve ", words)))).toEqual(
        called.map(({ ours: expected }) => expected),
      );
  });
});

describe("flags of vllm bench serve", () => {
  it("are all at once without a rate and a cap, a closed loop with a cap, an open loop with a rate", () => {
    expect(inOurs("--num-prompts 20")).toBe("--requests 20 --rate inf --input-tokens 1024 --output-tokens 128");
    expect(inOurs("--max-concurrency 4 --num-prompts 20")).toContain("--requests 20 --concurrency 4");
    expect(inOurs("--max-concurrency 20 --num-prompts 20")).toContain("--requests 20 --rate inf");
    expect(inOurs("--request-rate 8 --burstiness 0.5")).toContain("--requests 1000 --rate 8 --burstiness 0.5");
    expect(inOurs("--request-rate inf --num-prompts 5 --max-concurrency 2")).toContain("--concurrency 2");
  });

  it("have lengths that spread, prefixes, and limits of goodput", () => {
    expect(inOurs("--random-input-len 100 --random-output-len 10 --random-range-ratio 0.5")).toContain(
      "--input-tokens 50-150 --output-tokens 5-15",
    );
    expect(inOurs(`--random-input-len 100 --random-range-ratio '{"input": 0.25}'`)).toContain(
      "--input-tokens 75-125 --output-tokens 128",
    );
    expect(inOurs("--random-prefix-len 50 --random-input-len 100")).toContain(
      "--input-tokens 150 --output-tokens 128 --shared-prefix-tokens 50",
    );
    expect(inOurs("--dataset-name prefix_repetition --prefix-repetition-num-prefixes 4")).toContain(
      "--shared-prefix-tokens 256 --prefix-groups 4 --input-tokens 512 --output-tokens 128",
    );
    expect(inOurs("--goodput ttft:500 tpot:50 e2el:9000 --num-prompts 5")).toContain(
      "--slo-ttft-ms 500 --slo-tpot-ms 50 --slo-e2e-ms 9000",
    );
    expect(refusals("--goodput ttft:fast")[0]).toContain("It takes NAME:MS of ttft, tpot, e2el");
  });

  it("ramp in a line, and refuse another shape with what does it", () => {
    const ramp = "--ramp-up-strategy linear --ramp-up-start-rps 2 --ramp-up-end-rps 20 --num-prompts 100";
    expect(inOurs(ramp)).toContain("--requests 100 --rate 2 --ramp-to 20");
    expect(refusals(ramp.replace("linear", "exponential"))[0]).toContain("arrivals: { kind: steps");
  });

  it("keep headers and members of the body, and join those that are flags there", () => {
    expect(translate(`--header a=1 b=2 --extra-body '{"x": 1}' --min-p 0.1 --num-prompts 5 HOST:1`)?.argv).toEqual(
      expect.arrayContaining(["HOST:1", "--header", "a=1", "b=2", "--extra-body", '{"min_p":0.1,"x":1}']),
    );
  });

  it("are left out with the reason where nothing is lost, and refused where something is", () => {
    const read = translate("--num-prompts 5 --tokenizer T --disable-tqdm --lora-modules a b --insecure");
    expect(read?.notes).toEqual([
      expect.stringMatching(/^read as: ceteris bench --requests 5 /),
      "--tokenizer is left out: prompts are sent as token ids, and the server counts",
      "--disable-tqdm is left out: progress goes to stderr, plain where that is no terminal",
      expect.stringMatching(/^--ignore-eos: without it/),
    ]);
    expect(read?.faults.map(({ message }) => message)).toEqual([
      "--lora-modules: bench asks one model",
      "--insecure: certificates are checked",
    ]);
  });

  it("keep the members of vLLM's file: a label, metadata, further results", () => {
    expect(inOurs("--num-prompts 5 --append-result --label ramp --metadata gpu=H100 tp=1")).toContain(
      "--append-result --label ramp --metadata gpu=H100 --metadata tp=1",
    );
  });

  it("name no second address beside one that is typed", () => {
    expect(refusals("http://a:1 --host b --port 2")).toEqual([
      "http://a:1: the flags name another address, http://b:2\n  Leave one of them out.",
    ]);
    expect(refusals("http://b:2 --host b --port 2")).toEqual([]);
  });

  it("send no member of the body twice", () => {
    expect(inOurs(`--num-prompts 5 --min-p 0.1 --extra-body '{"ignore_eos":true,"top_p":0.9}'`)).toMatch(
      /--ignore-eos --top-p 0\.9 --extra-body \{"min_p":0\.1\}/,
    );
  });

  it("say what of --ignore-eos and percentiles is otherwise here", () => {
    const notes = (line: string) => translate(line)?.notes.join("\n");
    expect(notes("--num-prompts 5 --ignore-eos")).toContain("--ignore-eos is left out");
    expect(notes("--num-prompts 5")).toContain("without it vLLM lets the model end its answers");
    expect(notes("--num-prompts 5 --metric-percentiles 25,99")).toContain("the table has p50, p90, p95 and p99");
    expect(notes("--num-prompts 5 --metric-percentiles 50,99")).not.toContain("the table has");
  });

  it("of one dataset that is not read are refused once", () => {
    expect(refusals("--dataset-name hf --hf-split train --hf-output-len 8 --dataset-path a/b")).toEqual([
      expect.stringMatching(/^--hf-split, --hf-output-len, --dataset-name hf: this dataset is not read\n/),
    ]);
  });

  it("take either dash, `=`, a name that is cut short, and the last of several values", () => {
    expect(inOurs("--num_prompts=5 --num-prompts 7")).toContain("--requests 7");
    expect(inOurs("--random-inp 9 --num-prompts 7")).toContain("--input-tokens 9");
    expect(refusals("--num-prompts --seed 5")).toEqual(["--num-prompts needs a value\n  Write the value after it."]);
  });

  it("stand beside flags of ours, which win over their defaults", () => {
    expect(inOurs("host:8 --num-prompts 5 --rate 3 --input-tokens 7 --json")).toBe(
      "host:8 --rate 3 --input-tokens 7 --json --requests 5 --output-tokens 128",
    );
  });
});

describe("flags of AIPerf and GuideLLM", () => {
  it("are understood where they mean the same", () => {
    expect(
      inOurs(
        "aiperf profile --model M --url http://h:1 --endpoint-type chat --streaming --concurrency 10 --request-count 100 --isl 550 --osl 150 --tokenizer T --random-seed 1",
      ),
    ).toBe(
      "http://h:1 --model M --seed 1 --endpoint chat --concurrency 10 --requests 100 --input-tokens 550 --output-tokens 150",
    );
    expect(inOurs("--isl 9 --request-rate 5 --concurrency 4")).toContain(
      "--rate 5 --max-in-flight 4 --requests 10 --input-tokens 9",
    );
    expect(
      inOurs("--isl 9 --conversation-num 10 --conversation-turn-mean 3 --conversation-turn-delay-mean 500"),
    ).toContain("--turns 3 --requests 30 --think 0.5");
    const forced = "--extra-inputs max_tokens:64 min_tokens:64 ignore_eos:true";
    expect(inOurs(`--isl 9 ${forced}`)).toContain("--input-tokens 9 --output-tokens 64 --ignore-eos");
    expect(inOurs(`--isl 9 --osl 32 ${forced}`)).toMatch(/--output-tokens 32 --ignore-eos$/);
    expect(inOurs("--isl 9 --extra-inputs ignore_eos:true min_p:0.1 temperature:0.7 --header 'X-A: b'")).toContain(
      '--ignore-eos --temperature 0.7 --extra-body {"min_p":0.1} --header X-A=b',
    );
    expect(
      inOurs(
        "guidellm run --backend kind=openai_http,target=http://h:1 --profile kind=concurrent,streams=16 --constraint kind=max_requests,count=50 --data kind=synthetic_text,prompt_tokens=256,output_tokens=128",
      ),
    ).toBe("http://h:1 --concurrency 16 --requests 50 --input-tokens 256 --output-tokens 128");
    expect(
      inOurs(
        'guidellm benchmark --target http://h:1 --rate-type poisson --rate 10 --max-seconds 30 --data "prompt_tokens=256,output_tokens=128"',
      ),
    ).toBe("http://h:1 --duration 30 --rate 10 --arrivals poisson --input-tokens 256 --output-tokens 128");
  });

  it("are answered by what does it where they do not", () => {
    expect(refusals("aiperf profile --api-key sk")[0]).toContain("--api-key-env NAME");
    expect(refusals("guidellm benchmark --target http://h:1 --rate-type sweep --data prompt_tokens=9")[0]).toContain(
      "sweep: { load.rate: [2, 4, 8] }",
    );
    expect(refusals("aiperf profile --isl 9 --session-turn-delay-stddev 5")[0]).toContain("think_s: { distribution");
    expect(refusals("guidellm benchmark --rate 5 --data prompt_tokens=9,columns=x")[0]).toContain("--data columns");
  });

  it("spread lengths normally, as both do", () => {
    expect(inOurs("aiperf profile --isl 512 --isl-stddev 50 --osl 128 --osl-stddev 0")).toContain(
      "--input-tokens 512~50 --output-tokens 128",
    );
    expect(
      inOurs(
        "guidellm run --rate 4 --data prompt_tokens=256,prompt_tokens_stdev=32,prefix_tokens=64,output_tokens=9,output_tokens_min=4,output_tokens_max=20",
      ),
    ).toContain("--input-tokens 320~32 --output-tokens 4-20 --shared-prefix-tokens 64");
    expect(inOurs("guidellm run --rate 4 --data prompt_tokens=9,prompt_tokens_min=4,prompt_tokens_max=20")).toContain(
      "--input-tokens 4-20",
    );
  });

  it("have AIPerf's defaults where a flag is not given, and none of them beside flags of another tool", () => {
    const read = translate("aiperf profile -m M");
    expect(read?.argv.join(" ")).toBe("--model M --endpoint chat --concurrency 1 --requests 10 --input-tokens 550");
    expect(read?.notes[1]).toContain("without --osl");
    expect(inOurs("aiperf profile -m M --concurrency 8 --osl 5")).toContain("--concurrency 8 --requests 16");
    expect(inOurs("vllm bench serve --num-prompts 5 --extra-inputs a:1 --random-input-len 7")).toBe(
      '--requests 5 --rate inf --input-tokens 7 --output-tokens 128 --extra-body {"a":1}',
    );
  });

  it("know a profile of GuideLLM by its bare word, and never measure another load than it", () => {
    const line = (profile: string) => `guidellm benchmark --target h:1 --data prompt_tokens=9 ${profile}`;
    expect(inOurs(line("--profile constant --rate 5"))).toContain("--rate 5 --arrivals constant");
    expect(inOurs(line("--profile synchronous"))).toContain("--concurrency 1");
    // A sweep is the default.
    for (const profile of ["--profile sweep", "--profile sweep --rate 4", "--rate-type sweep", ""])
      expect(refusals(line(profile))[0], profile).toMatch(
        profile === ""
          ? /^no profile, which GuideLLM takes for a sweep: .*\n.*--profile poisson --rate 4.*ceteris init --url/
          : /^the profile sweep: .*\n.*--profile poisson --rate 4.*ceteris init --url/,
      );
    expect(refusals(line("--profile replay"))[0]).toContain("Take synchronous, concurrent, throughput");
    expect(refusals(line("--profile constant --rate 5,10"))[0]).toContain("sweep: { load.rate: [5, 10] }");
    expect(refusals(line("--profile concurrent --rate 5,10"))[0]).toContain("sweep: { load.concurrency: [5, 10] }");
  });
});

it("leaves a line alone that has flags of ours alone, or of nobody", () => {
  expect(translate("http://h:1 --concurrency 4 --seed 5 --endpoint chat --header a=b")).toBeNull();
  expect(translate("http://h:1 --no-such-flag 5")).toBeNull();
  expect(translate("--num-prompts 5 --help")).toBeNull();
});

it.each(peerTools)("$title: every flag of ours that a row names is one of bench", ({ flags }) => {
  for (const { names, answer, remark = "" } of flags) {
    const text = `${Object.values(answer).join(" ")} ${remark}`.replaceAll(/`[^`]*_[^`]*`/g, "");
    for (const [name] of text.matchAll(/--[a-z][a-z0-9-]+/g))
      expect([...ours.keys(), ...names], `${names.join(", ")}: ${name}`).toContain(name);
  }
});
