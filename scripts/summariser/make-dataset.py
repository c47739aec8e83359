"""Write the summariser's held-out data set, one JSON object a line.

    python3 scripts/summariser/make-dataset.py

The seed is fixed and only the standard library is used, so the file comes out the same everywhere.
"""

import argparse
import json
import random
from pathlib import Path

import language

# Another seed than train.py's: these articles were not trained on.
SEED = 64000
REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", type=Path, default=REPOSITORY / "experiments" / "datasets" / "summariser.jsonl"
    )
    parser.add_argument("--count", type=int, default=256)
    arguments = parser.parse_args()

    rng = random.Random(SEED)
    lines = []
    for number in range(1, arguments.count + 1):
        document = language.make_document(rng, language.draw_article_tokens(rng))
        lines.append(json.dumps({
            "id": f"article-{number:03}",
            "prompt": document.prompt_text(),
            "reference": " ".join(document.summary),
        }))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
