"""Make a tiny Llama for llama.cpp: random weights from a seed, a byte-level vocabulary, 0.5 MB.

    python scripts/make-tiny-gguf.py tiny.gguf

with the python of an environment that has `gguf` and `numpy` (the one of sut/llama-cpp.yaml has). The same seed gives
the same bytes. It says nothing sensible: it is there so that a real llama.cpp can be started, loaded and broken in
seconds. Ids up to 511 are in the vocabulary, so synthetic prompts of token ids fit.
"""

import argparse

import gguf
import numpy

VOCABULARY = 512
WIDTH = 64
HEADS = 2
LAYERS = 2
FEED_FORWARD = 128
CONTEXT = 4096
SPECIAL = ["<unk>", "<s>", "</s>"]
CHAT = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def byte_letters() -> list[str]:
    """The 256 printable letters that stand for bytes in GPT-2's vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printable}
    others = [byte for byte in range(256) if byte not in letters]
    letters.update({byte: chr(256 + place) for place, byte in enumerate(others)})
    return [letters[byte] for byte in range(256)]


def vocabulary() -> tuple[list[str], list[str]]:
    """Tokens and merges: the specials, the bytes, and pairs of small letters until it is full."""
    letters = byte_letters()
    small = "etaoinshrdlucmfwypvbgk"
    pairs = [(left, right) for left in small for right in small]
    pairs = pairs[: VOCABULARY - len(SPECIAL) - len(letters)]
    tokens = [*SPECIAL, *letters, *(left + right for left, right in pairs)]
    return tokens, [f"{left} {right}" for left, right in pairs]


def tensors(seed: int) -> dict[str, numpy.ndarray]:
    """All weights in float32. Only tokens that are text by themselves are ever generated: half a letter would be an event without text."""
    random = numpy.random.default_rng(seed)

    def drawn(*shape: int) -> numpy.ndarray:
        return (random.standard_normal(shape) * 0.05).astype(numpy.float32)

    ones = numpy.ones(WIDTH, numpy.float32)
    embedding = drawn(VOCABULARY, WIDTH)
    output = embedding.copy()
    silent = [*range(len(SPECIAL)), *(len(SPECIAL) + byte for byte in range(256) if not 32 <= byte < 127)]
    output[silent] = 0
    made = {"token_embd.weight": embedding, "output.weight": output, "output_norm.weight": ones}
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        made[f"{block}attn_norm.weight"] = ones
        made[f"{block}ffn_norm.weight"] = ones
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            made[f"{block}{part}.weight"] = drawn(WIDTH, WIDTH)
        made[f"{block}ffn_gate.weight"] = drawn(FEED_FORWARD, WIDTH)
        made[f"{block}ffn_up.weight"] = drawn(FEED_FORWARD, WIDTH)
        made[f"{block}ffn_down.weight"] = drawn(WIDTH, FEED_FORWARD)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a tiny Llama for llama.cpp.")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args()
    tokens, merges = vocabulary()
    writer = gguf.GGUFWriter(arguments.out, "llama")
    writer.add_name("ceteris-tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.CONTROL] * len(SPECIAL) + [gguf.TokenType.NORMAL] * (len(tokens) - len(SPECIAL))
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT)
    for name, weights in tensors(arguments.seed).items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
