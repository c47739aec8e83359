/**
 * Python's idea of white space, where the reference scorer's figures depend on it.
 *
 * `str.isspace`, `str.strip` and `\s` of `re` agree on one set; JavaScript's `\s` and `trim` differ
 * from it by U+FEFF (only theirs) and U+001C to U+001F and U+0085 (only Python's).
 */

/** The set as the inside of a regular expression's character class. */
export const PYTHON_SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const SPACE = new RegExp(`[${PYTHON_SPACE}]`);

/** `str.rstrip()`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `str.strip()`. */
export function strip(text: string): string {
  let start = 0;
  while (start < text.length && SPACE.test(text.charAt(start))) start++;
  return stripEnd(text.slice(start));
}
