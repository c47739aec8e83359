"""Makes a tokenizer for which a word is a token, in `<environment>/tokenizer`.

The peers count tokens with a tokenizer of their own, and make prompts of so many tokens out of a text that comes with
them. With one token for each word, what they count is what bench/load/mock.c counts, and no time goes into byte pairs.
Run by the environment's own python once its packages are in.
"""

import sys
import sysconfig
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

# More words than any prompt text has; a larger table only costs memory in each process of a peer.
MOST_WORDS = 20_000

packages = Path(sysconfig.get_paths()["purelib"])
words = set()
for name in ("*shakespeare*.txt", "sonnet*.txt"):
    for text in packages.rglob(name):
        words |= set(text.read_text(errors="ignore").split())

vocabulary = {}
for word in ["<s>", "</s>", "unk", *(f"w{n:04d}" for n in range(4096)), *sorted(words)[:MOST_WORDS]]:
    vocabulary.setdefault(word, len(vocabulary))

tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="unk"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
# "unk" is no special token: those are left out where a text is made of tokens, and GuideLLM's would be empty.
fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", model_max_length=8192)
fast.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}"
fast.save_pretrained(Path(sys.prefix) / "tokenizer")
