"""The small language that the summariser reads and writes.

One place defines the words, the constant instruction preamble, the articles and how they become
tokens; train.py and make-dataset.py both take them from here, so that the model and the data set
cannot drift apart. Only Python's standard library is used.

A prompt is  PREAMBLE + "ARTICLE:" + sentences + "SUMMARY:"  and its summary is the first sentence
of the article. A token is a word between blanks.
"""

import math
import random
from dataclasses import dataclass

UNKNOWN, BEGIN, END, PADDING = "<unk>", "<s>", "</s>", "<pad>"
SPECIAL_TOKENS = [UNKNOWN, BEGIN, END, PADDING]

FULL_STOP = "."
ARTICLE_MARK = "ARTICLE:"
SUMMARY_MARK = "SUMMARY:"

# The text every prompt starts with. It is long on purpose: vLLM shares prefixes in whole blocks,
# and a block is 128 tokens on the CPU, so these 400 words hold three blocks that a server with
# prefix caching computes once and a server without computes for every request.
PREAMBLE = """\
You are the desk editor of a small news agency , and your only task today is to write summaries .
You will be given one article . Read all of it with care before you write a single word , then write
one sentence that tells a busy reader what the article says . The rules below are the same for every
article , and they are never changed in the middle of a day .
Rule one : the summary is one sentence , and it ends with a full stop . Never write two sentences ,
never write a list , never write a title , and never add a note about how you worked .
Rule two : in this agency the writers put the news first . What stands at the head of the article is
what the reader must know ; all that follows is detail , colour , history or comment . So the summary
keeps the head of the article and leaves out the rest .
Rule three : use the words of the article . Do not replace a word by another that means the same , do
not change the order of the words , do not make a word longer or shorter , and do not fix what looks
like a mistake to you . The names of people , of places and of things must come out just as they went
in , letter by letter .
Rule four : be complete . A summary that stops before the end of the sentence is as bad as one that
goes on after it . If the first sentence is long , then the summary is long ; if it is short , then
the summary is short . There is no limit on the number of words .
Rule five : be honest . Add nothing that the article does not say . Do not guess , explain or judge .
When you are not sure what a word means , copy it all the same .
Rule six : be quick . Start with the first word of the summary at once , and stop as soon as the full
stop is written .
These six rules are all you need . The article comes next , after the mark that says so , and when it
is over another mark asks for the summary .
"""

# Articles are built from three-letter words that mean nothing: short, so that the data set stays
# small, and too short for the stemmer of ROUGE, which leaves words of up to three letters alone.
_ONSETS = "bdfghklmnprstvwz"
_VOWELS = "aeiou"
_FINALS = "blmnrvz"
ARTICLE_WORD_COUNT = 512

FIRST_SENTENCE_WORDS = (10, 16)
LATER_SENTENCE_WORDS = (5, 12)

# Lengths of the held-out articles, in tokens: lognormal, so that most are short, few are long, and
# a cut of the prompt at a given length hurts only the long ones.
MEDIAN_ARTICLE_TOKENS = 130
LOGNORMAL_SIGMA = 0.62
SHORTEST_ARTICLE_TOKENS = 30
LONGEST_ARTICLE_TOKENS = 640


def article_words() -> list[str]:
    """The words that articles are made of, in a fixed order.

    Words of the preamble are left out: one that stood in both would give the model two places to
    copy from.
    """
    taken = set(preamble_tokens())
    every = [o + v + f for f in _FINALS for v in _VOWELS for o in _ONSETS]
    return sorted(random.Random(7).sample([w for w in every if w not in taken], ARTICLE_WORD_COUNT))


def preamble_tokens() -> list[str]:
    """The constant instructions as tokens."""
    return PREAMBLE.split()


def vocabulary() -> list[str]:
    """Every token of the language; the position in this list is the token's number."""
    instructions = sorted(set(preamble_tokens()) - {FULL_STOP})
    marks = [FULL_STOP, ARTICLE_MARK, SUMMARY_MARK]
    return SPECIAL_TOKENS + marks + instructions + article_words()


@dataclass
class Document:
    """An article, without preamble and marks, and the summary that belongs to it."""

    article: list[list[str]]
    summary: list[str]

    def prompt_tokens(self, preamble: list[str]) -> list[str]:
        """The tokens of the whole prompt after the given preamble (all of it, a tail, nothing)."""
        words = [word for sentence in self.article for word in sentence]
        return [*preamble, ARTICLE_MARK, *words, SUMMARY_MARK]

    def prompt_text(self) -> str:
        """The prompt as a person would write it: same tokens, with line breaks."""
        sentences = "\n".join(" ".join(sentence) for sentence in self.article)
        return f"{PREAMBLE}\n{ARTICLE_MARK}\n{sentences}\n{SUMMARY_MARK}"


def make_document(rng: random.Random, article_tokens: int) -> Document:
    """Make an article of about `article_tokens` tokens (never less than its first sentence).

    The words of the first sentence occur nowhere else in the article. That is what makes the task
    one that two layers can solve exactly, and a cut that loses the first sentence cost everything.
    """
    words = article_words_shuffled(rng)
    length = min(rng.randint(*FIRST_SENTENCE_WORDS), max(3, article_tokens - 1))
    first, others = [*words[:length], FULL_STOP], words[length:]
    sentences, used = [first], len(first)
    while used < article_tokens:
        sentence = [*rng.sample(others, rng.randint(*LATER_SENTENCE_WORDS)), FULL_STOP]
        sentences.append(sentence)
        used += len(sentence)
    return Document(sentences, first)


_ARTICLE_WORDS = article_words()


def article_words_shuffled(rng: random.Random) -> list[str]:
    """All article words in an order drawn from `rng`."""
    return rng.sample(_ARTICLE_WORDS, len(_ARTICLE_WORDS))


def draw_article_tokens(rng: random.Random) -> int:
    """Draw the length of one held-out article, in tokens."""
    drawn = rng.lognormvariate(math.log(MEDIAN_ARTICLE_TOKENS), LOGNORMAL_SIGMA)
    return round(min(max(drawn, SHORTEST_ARTICLE_TOKENS), LONGEST_ARTICLE_TOKENS))


def unigram_f1(candidate: list[str], reference: list[str]) -> float:
    """ROUGE-1 F of two token lists, from 0 to 1, without the full stop (ROUGE drops it too)."""
    left = [word for word in candidate if word != FULL_STOP]
    right = [word for word in reference if word != FULL_STOP]
    overlap = sum(min(left.count(word), right.count(word)) for word in set(left))
    return 2 * overlap / (len(left) + len(right)) if overlap else 0.0
