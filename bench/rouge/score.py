"""Scores lines of {"prediction", "reference"} with rouge-score, as MLPerf's accuracy script does, and prints the means in per cent."""

import json
import sys

from rouge_score import rouge_scorer

TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
scorer = rouge_scorer.RougeScorer(TYPES, use_stemmer=True)
totals = dict.fromkeys(TYPES, 0.0)
count = 0
with open(sys.argv[1], encoding="utf8") as lines:
    for line in lines:
        pair = json.loads(line)
        scores = scorer.score(pair["reference"], pair["prediction"])
        for name in TYPES:
            totals[name] += scores[name].fmeasure
        count += 1
print(json.dumps({"mean": {name: 100 * total / count for name, total in totals.items()}}))
