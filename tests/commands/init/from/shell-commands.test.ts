import { expect, it } from "vitest";
import { vllmCommands } from "../../../../src/commands/init/from/shell-commands.ts";

const words = (text: string) => vllmCommands(text).map((command) => command.words.join(" "));

it("joins continued lines, and leaves comments, redirections and other programs out", () => {
  const text = `#!/bin/bash
# vllm serve not-this
pip install vllm
vllm serve a/b --max-num-seqs 8 \\
  --dtype "bfloat16" > server.log 2>&1 &
sleep 5; /opt/bin/vllm bench serve --model a/b 2>/dev/null | tee out.txt  # the load`;
  expect(words(text)).toEqual(["vllm serve a/b --max-num-seqs 8 --dtype bfloat16", "vllm bench serve --model a/b"]);
});

it("puts in variables that the text sets, and writes loops out", () => {
  const text = `MODEL=a/b
for len in 128 512
do
  for c in 8 16; do vllm bench serve --model \${MODEL} --random-input-len $len --max-concurrency $c; done
done
for n in $(seq 1 5); do vllm bench serve --max-concurrency $n; done
vllm serve $MODEL`;
  expect(words(text)).toEqual([
    "vllm bench serve --model a/b --random-input-len 128 --max-concurrency 8",
    "vllm bench serve --model a/b --random-input-len 128 --max-concurrency 16",
    "vllm bench serve --model a/b --random-input-len 512 --max-concurrency 8",
    "vllm bench serve --model a/b --random-input-len 512 --max-concurrency 16",
    "vllm bench serve --max-concurrency $n",
    "vllm serve a/b",
  ]);
});

it("keeps variables in front of a command and exported ones, and quotes as the shell reads them", () => {
  const [command] = vllmCommands(`export A=1\nB="2 3" vllm serve x --speculative-config '{"method": "ngram"}'`);
  expect(command).toEqual({
    words: ["vllm", "serve", "x", "--speculative-config", '{"method": "ngram"}'],
    variables: { A: "1", B: "2 3" },
  });
});

it("puts in what stands for a variable that is not set, and whole numbers that are computed", () => {
  const text = `MODEL=\${MODEL:-a/b}
TP=\${1:-4}
vllm serve "$MODEL" -tp $TP --max-num-seqs \${SEQS-64} --block-size \${BLOCK:-$TP}
for c in 8 16; do vllm bench serve --max-concurrency $c --num-prompts $((c * 10)) --num-warmups "$(( ($c + 2) * 2 ))"; done
vllm bench serve --num-prompts $((c / 3)) --seed $((unknown + 1))`;
  expect(words(text)).toEqual([
    "vllm serve a/b -tp 4 --max-num-seqs 64 --block-size 4",
    "vllm bench serve --max-concurrency 8 --num-prompts 80 --num-warmups 20",
    "vllm bench serve --max-concurrency 16 --num-prompts 160 --num-warmups 36",
    "vllm bench serve --num-prompts $((c / 3)) --seed $((unknown + 1))",
  ]);
});

it("reads the module that serves, and a container of vLLM's image", () => {
  const text = `python3 -m vllm.entrypoints.openai.api_server --model a/b --dtype half
docker run --gpus all -e HF_TOKEN=$HF_TOKEN -e A=1 --env B=2 --env=C=3 -p 8000:8000 vllm/vllm-openai:v0.11.0 --model c/d -q fp8
docker pull vllm/vllm-openai:v0.11.0`;
  expect(vllmCommands(text)).toEqual([
    { words: ["vllm", "serve", "--model", "a/b", "--dtype", "half"], variables: {} },
    {
      words: ["vllm", "serve", "--model", "c/d", "-q", "fp8"],
      variables: { HF_TOKEN: "$HF_TOKEN", A: "1", B: "2", C: "3" },
    },
  ]);
});

it("puts in lists of words and defaults that are assigned, and leaves what it cannot read as it is", () => {
  const text = `: "\${MODEL:=a/b}"
ARGS=(
  --dtype half   # a comment
  --max-num-seqs "$N"
)
ARGS+=(--speculative-config '{"method": "ngram"}')
for N in 8 16; do vllm serve $MODEL "\${ARGS[@]}" \${OTHER[@]}; done`;
  const served = (n: number) =>
    `vllm serve a/b --dtype half --max-num-seqs ${n} --speculative-config {"method": "ngram"} \${OTHER[@]}`;
  expect(words(text)).toEqual([served(8), served(16)]);
});
