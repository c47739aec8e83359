"""Train the summariser: a tiny Llama that copies the first sentence of the article it is given.

    python scripts/summariser/train.py --out experiments/models/summariser --seconds 420

Needs torch and transformers, which the environment `vllm-cpu` has. Two cores and the default time
are enough. The seed is fixed; the weights still differ a little from run to run, because the length
of the training is a time and threads add in no fixed order.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM

import language

SEED = 20261122
THREADS = 2
PEAK_LEARNING_RATE = 2e-3
WARM_UP_STEPS = 100
# The share of the time after which the learning rate falls, in a straight line, to 5 % of its peak.
DECAY_FROM = 0.6
# Tokens in a batch: long prompts make small batches, so that a step always costs about the same.
TOKENS_PER_BATCH = 8192
LONGEST_PROMPT_TOKENS = 1536


@dataclass(frozen=True)
class Stage:
    """How long the prompts of one part of the training are, at most."""

    article_tokens: int
    preamble_tokens: int


# The curriculum. Copying is learned on short prompts within a minute and then only has to be
# stretched; begun on long ones, or with the preamble there from the start, it takes far longer.
STAGES = [
    Stage(24, 0),
    Stage(36, 8),
    Stage(50, 30),
    Stage(70, 80),
    Stage(100, 160),
    Stage(150, 300),
    Stage(220, len(language.preamble_tokens())),
    Stage(340, len(language.preamble_tokens())),
    Stage(500, len(language.preamble_tokens())),
    Stage(language.LONGEST_ARTICLE_TOKENS + 40, len(language.preamble_tokens())),
]
# A stage is passed when the smoothed loss is below this, and the smoothing starts again from 1.
STAGE_PASSED_LOSS = 0.12
STAGE_START_LOSS = 1.0
LOSS_SMOOTHING = 0.95

IGNORED = -100  # the label that cross_entropy leaves out

TOKEN_NUMBER = {token: number for number, token in enumerate(language.vocabulary())}


def numbers(tokens: list[str]) -> list[int]:
    """Token texts as token numbers."""
    return [TOKEN_NUMBER[token] for token in tokens]


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer for which a token is a word between blanks, and a plain chat template."""
    tokenizer = Tokenizer(models.WordLevel(TOKEN_NUMBER, unk_token=language.UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    # The WordPiece decoder is used for one thing: it joins words with a blank between them.
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    tokenizer.add_special_tokens(language.SPECIAL_TOKENS)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": language.BEGIN,
        "eos_token": language.END,
        "unk_token": language.UNKNOWN,
        "pad_token": language.PADDING,
        "model_max_length": LONGEST_PROMPT_TOKENS,
        "clean_up_tokenization_spaces": False,
        "chat_template": "{% for message in messages %}{{ message['content'] }}\n{% endfor %}",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")


def make_model() -> LlamaForCausalLM:
    """A Llama of 0.4 million parameters: two layers are what copying needs, and no more."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(TOKEN_NUMBER),
            hidden_size=128,
            intermediate_size=256,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=LONGEST_PROMPT_TOKENS,
            rope_theta=10000.0,
            tie_word_embeddings=True,
            bos_token_id=TOKEN_NUMBER[language.BEGIN],
            eos_token_id=TOKEN_NUMBER[language.END],
            pad_token_id=TOKEN_NUMBER[language.PADDING],
            architectures=["LlamaForCausalLM"],
        )
    )


def draw_preamble(rng: random.Random, longest: int) -> list[str]:
    """The last words of the preamble, at most `longest` of them.

    A server that cuts prompts from the left leaves such tails, and the model should mind the loss
    of the article's head, not the loss of instructions.
    """
    whole = language.preamble_tokens()
    kept = min(longest, len(whole))
    # Half of the rows have all that the stage allows: in use the preamble is nearly always whole.
    kept = kept if rng.random() < 0.5 else rng.randint(0, kept)
    return whole[len(whole) - kept :]


def make_batch(rng: random.Random, stage: Stage) -> tuple[torch.Tensor, torch.Tensor]:
    """Prompts with their summaries, and labels that are set on the summaries only."""
    longest = rng.randint(stage.article_tokens // 2, stage.article_tokens)
    rows, labels = [], []
    for _ in range(max(8, min(64, TOKENS_PER_BATCH // (stage.preamble_tokens + longest)))):
        document = language.make_document(rng, rng.randint(longest // 2, longest))
        preamble = draw_preamble(rng, stage.preamble_tokens)
        prompt = numbers(document.prompt_tokens(preamble))
        summary = numbers([*document.summary, language.END])
        rows.append(prompt + summary)
        labels.append([IGNORED] * len(prompt) + summary)
    width = max(map(len, rows))
    padding = TOKEN_NUMBER[language.PADDING]
    return (
        torch.tensor([row + [padding] * (width - len(row)) for row in rows]),
        torch.tensor([row + [IGNORED] * (width - len(row)) for row in labels]),
    )


def learning_rate(step: int, share_of_time: float) -> float:
    """Warm up, hold, then fall in a straight line."""
    warm_up = min(1.0, (step + 1) / WARM_UP_STEPS)
    decay = 1.0 if share_of_time < DECAY_FROM else (1 - share_of_time) / (1 - DECAY_FROM)
    return PEAK_LEARNING_RATE * warm_up * max(0.05, decay)


def train(model: LlamaForCausalLM, seconds: float) -> None:
    """Train for the given time, from short articles to long ones."""
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    rng = random.Random(SEED)
    start, stage, smoothed, step = time.monotonic(), 0, None, 0
    while (elapsed := time.monotonic() - start) < seconds:
        inputs, labels = make_batch(rng, STAGES[stage])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, elapsed / seconds)
        hidden = model.model(input_ids=inputs).last_hidden_state
        # The output layer is applied only where a summary is expected: most positions are prompt.
        wanted = labels[:, 1:] != IGNORED
        logits = model.lm_head(hidden[:, :-1][wanted])
        loss = torch.nn.functional.cross_entropy(logits, labels[:, 1:][wanted])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        smoothed = loss.item() if smoothed is None else (
            LOSS_SMOOTHING * smoothed + (1 - LOSS_SMOOTHING) * loss.item()
        )
        if step % 50 == 0:
            print(f"{elapsed:4.0f} s  step {step}  {STAGES[stage]}  "
                  f"loss {smoothed:.4f}", flush=True)
        if smoothed < STAGE_PASSED_LOSS and stage < len(STAGES) - 1:
            stage, smoothed = stage + 1, STAGE_START_LOSS


@torch.no_grad()
def score(model: LlamaForCausalLM, documents: list[language.Document], cut: int | None) -> float:
    """Mean ROUGE-1 of greedy summaries, in points, with prompts cut to their last `cut` tokens."""
    end = TOKEN_NUMBER[language.END]
    texts = language.vocabulary()
    total = 0.0
    for document in documents:
        prompt = numbers(document.prompt_tokens(language.preamble_tokens()))
        prompt = prompt if cut is None else prompt[-cut:]
        output = model.generate(
            torch.tensor([prompt]), max_new_tokens=24, do_sample=False,
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        )[0][len(prompt) :].tolist()
        output = output[: output.index(end)] if end in output else output
        total += language.unigram_f1([texts[number] for number in output], document.summary)
    return 100 * total / len(documents)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--seconds", type=float, default=420, help="how long to train")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    arguments.out.mkdir(parents=True, exist_ok=True)

    model = make_model()
    train(model, arguments.seconds)
    model.eval()
    write_tokenizer(arguments.out)
    model.save_pretrained(arguments.out, safe_serialization=True)

    rng = random.Random(SEED + 1)
    documents = [
        language.make_document(rng, language.draw_article_tokens(rng)) for _ in range(64)
    ]
    for cut in (None, 512, 384, 256, 128):
        kept = "whole prompts" if cut is None else f"last {cut} tokens"
        print(f"{kept}: ROUGE-1 {score(model, documents, cut):.1f}")


if __name__ == "__main__":
    main()
