/**
 * The Porter stemmer as NLTK 3.8.1 ships it, in its default mode NLTK_EXTENSIONS.
 *
 * ROUGE figures depend on every quirk of the stemmer, so this follows nltk/stem/porter.py
 * (Copyright NLTK Project, Apache-2.0; ported to TypeScript) rule for rule: M. F. Porter, "An
 * algorithm for suffix stripping", Program 14.3 (1980), 130-137, with Martin Porter's later changes
 * and NLTK's own. Rule order matters: the first rule whose suffix matches ends its step, whether or
 * not its condition holds.
 */

/** Suffix, replacement, and the least measure (see `measure`) of the stem that is left. */
type Rule = readonly [suffix: string, replacement: string, leastMeasure: number];

/** Irregular forms that bypass the rules, from the errors reported to Porter over twenty years. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["innings", "inning"],
  ["inning", "inning"],
  ["outings", "outing"],
  ["outing", "outing"],
  ["cannings", "canning"],
  ["canning", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

const STEP_1A: readonly Rule[] = [
  ["sses", "ss", 0],
  ["ies", "i", 0],
  ["ss", "ss", 0],
  ["s", "", 0],
];

const STEP_2: readonly Rule[] = [
  ["ational", "ate", 1],
  ["tional", "tion", 1],
  ["enci", "ence", 1],
  ["anci", "ance", 1],
  ["izer", "ize", 1],
  ["bli", "ble", 1],
  ["alli", "al", 1],
  ["entli", "ent", 1],
  ["eli", "e", 1],
  ["ousli", "ous", 1],
  ["ization", "ize", 1],
  ["ation", "ate", 1],
  ["ator", "ate", 1],
  ["alism", "al", 1],
  ["iveness", "ive", 1],
  ["fulness", "ful", 1],
  ["ousness", "ous", 1],
  ["aliti", "al", 1],
  ["iviti", "ive", 1],
  ["biliti", "ble", 1],
  ["fulli", "ful", 1],
];

const STEP_3: readonly Rule[] = [
  ["icate", "ic", 1],
  ["ative", "", 1],
  ["alize", "al", 1],
  ["iciti", "ic", 1],
  ["ical", "ic", 1],
  ["ful", "", 1],
  ["ness", "", 1],
];

const STEP_4_BEFORE_ION: readonly Rule[] = [
  ["al", "", 2],
  ["ance", "", 2],
  ["ence", "", 2],
  ["er", "", 2],
  ["ic", "", 2],
  ["able", "", 2],
  ["ible", "", 2],
  ["ant", "", 2],
  ["ement", "", 2],
  ["ment", "", 2],
  ["ent", "", 2],
];

const STEP_4_AFTER_ION: readonly Rule[] = [
  ["ou", "", 2],
  ["ism", "", 2],
  ["ate", "", 2],
  ["iti", "", 2],
  ["ous", "", 2],
  ["ive", "", 2],
  ["ize", "", 2],
];

/**
 * The stem of a word, equal to `nltk.stem.PorterStemmer().stem(word)`.
 *
 * The word is lowercased, but as in NLTK only a word already in lower case is looked up among the
 * irregular forms. Letters outside a-z count as consonants.
 */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  const lower = word.toLowerCase();
  if (word.length <= 2) return lower;
  return step5b(step5a(step4(step3(step2(step1c(step1b(step1a(lower))))))));
}

function step1a(word: string): string {
  // NLTK: "dies" -> "die" where Porter has "flies" -> "fli".
  if (word.length === 4 && word.endsWith("ies")) return word.slice(0, -1);
  return applyFirstMatching(STEP_1A, word) ?? word;
}

function step1b(word: string): string {
  // NLTK: "died" -> "die" but "spied" -> "spi".
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;

  for (const suffix of ["ed", "ing"]) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, -suffix.length);
    if (containsVowel(stem)) return restoreEnding(stem);
  }
  return word;
}

/** Repairs what step 1b left: conflat(ed) -> conflate, hopp(ing) -> hop, fil(ing) -> file. */
function restoreEnding(stem: string): string {
  if (stem.endsWith("at") || stem.endsWith("bl") || stem.endsWith("iz")) return stem + "e";
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsInShortSyllable(stem) ? stem + "e" : stem;
}

function step1c(word: string): string {
  // NLTK: y -> i only after a consonant that is not the whole stem ("happi", "enjoy", "by").
  const last = word.length - 1;
  return last > 1 && word.endsWith("y") && isConsonant(word, last - 1) ? word.slice(0, -1) + "i" : word;
}

function step2(word: string): string {
  // NLTK: a successful ALLI -> AL runs the step again on its result.
  if (word.endsWith("alli") && measure(word.slice(0, -4)) > 0) return step2(word.slice(0, -2));
  const replaced = applyFirstMatching(STEP_2, word);
  if (replaced !== null) return replaced;
  // NLTK counts the l of LOGI -> LOG with the stem, so that "geologi" goes the way of "archaeologi".
  return word.endsWith("logi") && measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
}

function step3(word: string): string {
  return applyFirstMatching(STEP_3, word) ?? word;
}

function step4(word: string): string {
  const before = applyFirstMatching(STEP_4_BEFORE_ION, word);
  if (before !== null) return before;
  if (word.endsWith("ion")) {
    const stem = word.slice(0, -3);
    return measure(stem) > 1 && /[st]$/.test(stem) ? stem : word;
  }
  return applyFirstMatching(STEP_4_AFTER_ION, word) ?? word;
}

function step5a(word: string): string {
  if (!word.endsWith("e")) return word;
  const stem = word.slice(0, -1);
  const count = measure(stem);
  return count > 1 || (count === 1 && !endsInShortSyllable(stem)) ? stem : word;
}

function step5b(word: string): string {
  return word.endsWith("ll") && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word;
}

/** The word after the first rule whose suffix it ends in, or null where no suffix matches. */
function applyFirstMatching(rules: readonly Rule[], word: string): string | null {
  for (const [suffix, replacement, leastMeasure] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return measure(stem) >= leastMeasure ? stem + replacement : word;
  }
  return null;
}

/** Whether the letter is a consonant; y is one at the start and after a vowel. */
function isConsonant(word: string, index: number): boolean {
  switch (word[index]) {
    case "a":
    case "e":
    case "i":
    case "o":
    case "u":
      return false;
    case "y":
      return index === 0 || !isConsonant(word, index - 1);
    default:
      return true;
  }
}

/** Porter's m: how often a vowel is followed by a consonant, the m of [C](VC)^m[V]. */
function measure(stem: string): number {
  let count = 0;
  let afterVowel = false;
  for (let index = 0; index < stem.length; index++) {
    const consonant = isConsonant(stem, index);
    if (consonant && afterVowel) count++;
    afterVowel = !consonant;
  }
  return count;
}

function containsVowel(stem: string): boolean {
  for (let index = 0; index < stem.length; index++) if (!isConsonant(stem, index)) return true;
  return false;
}

/** Porter's *d. */
function endsInDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last >= 1 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** Porter's *o, consonant-vowel-consonant with the last not w, x or y; NLTK adds vowel-consonant. */
function endsInShortSyllable(word: string): boolean {
  const last = word.length - 1;
  if (last === 1) return !isConsonant(word, 0) && isConsonant(word, 1);
  return (
    last >= 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !/[wxy]$/.test(word)
  );
}
