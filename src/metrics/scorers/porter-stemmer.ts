/**
 * The Porter stemmer as NLTK 3.8.1 ships it, in its default mode NLTK_EXTENSIONS.
 *
 * ROUGE figures depend on every quirk of the stemmer, so this follows nltk/stem/porter.py
 * (Copyright NLTK Project, Apache-2.0; ported to TypeScript) rule for rule: M. F. Porter, "An
 * algorithm for suffix stripping", Program 14.3 (1980), 130-137, with Martin Porter's later changes
 * and NLTK's own. Rule order matters: the first rule whose suffix matches ends its step, whether or
 * not its condition holds.
 */

/** Irregular forms that bypass the rules, from the errors reported to Porter over twenty years. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  pairs(`sky>sky skies>sky dying>die lying>lie tying>tie news>news innings>inning inning>inning outings>outing
    outing>outing cannings>canning canning>canning howe>howe proceed>proceed exceed>exceed succeed>succeed`),
);

/** The rules of the steps in their order: a suffix and what replaces it. */
const STEP_1A = pairs("sses>ss ies>i ss>ss s>");
const STEP_2 = pairs(`ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous
  ization>ize ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble fulli>ful`);
const STEP_3 = pairs("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>");
const STEP_4_BEFORE_ION = pairs("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent>");
const STEP_4_AFTER_ION = pairs("ou> ism> ate> iti> ous> ive> ize>");

/** Pairs of a list, each `from>to`. */
function pairs(listed: string): readonly (readonly [from: string, to: string])[] {
  return listed.split(/\s+/).map((pair) => {
    const [from = "", to = ""] = pair.split(">");
    return [from, to];
  });
}

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
  return replaceSuffix(word, STEP_1A, 0) ?? word;
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
  const replaced = replaceSuffix(word, STEP_2, 1);
  if (replaced !== null) return replaced;
  // NLTK counts the l of LOGI -> LOG with the stem, so that "geologi" goes the way of "archaeologi".
  return word.endsWith("logi") && measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
}

function step3(word: string): string {
  return replaceSuffix(word, STEP_3, 1) ?? word;
}

function step4(word: string): string {
  const before = replaceSuffix(word, STEP_4_BEFORE_ION, 2);
  if (before !== null) return before;
  if (word.endsWith("ion")) {
    const stem = word.slice(0, -3);
    return measure(stem) > 1 && /[st]$/.test(stem) ? stem : word;
  }
  return replaceSuffix(word, STEP_4_AFTER_ION, 2) ?? word;
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

/**
 * The word after the first rule whose suffix it ends in, or null where no suffix matches. The rule replaces it where the
 * stem that is left has at least a measure (see `measure`).
 */
function replaceSuffix(word: string, rules: ReturnType<typeof pairs>, leastMeasure: number): string | null {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return null;
  const [suffix, replacement] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return measure(stem) >= leastMeasure ? stem + replacement : word;
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
