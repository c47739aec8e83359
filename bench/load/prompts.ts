/** A prompt of so many words, a token each, the first of which is the tag by which the server's log knows the request. */
export function taggedPrompt(index: number, words: number): string {
  const rest = Array.from({ length: words - 1 }, (_, place) => `w${String(place + 1).padStart(4, "0")}`);
  return [`r${String(index).padStart(6, "0")}`, ...rest].join(" ");
}
