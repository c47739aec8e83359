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
