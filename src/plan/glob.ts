/** `*` for any text and `?` for one character; everything else as it is. Case matters. Takes time by the product of both lengths at most. */
export function globMatcher(pattern: string): (name: string) => boolean {
  return (name) => {
    let [at, place] = [0, 0];
    // Where the last star stands, and how far the text goes that it stands for: one more where what follows does not fit.
    let [star, taken] = [-1, 0];
    while (place < name.length) {
      const sign = pattern[at];
      if (sign === "*") [star, taken, at] = [at, place, at + 1];
      else if (sign !== undefined && (sign === "?" || sign === name[place])) [at, place] = [at + 1, place + 1];
      else if (star >= 0) [at, place, taken] = [star + 1, taken + 1, taken + 1];
      else return false;
    }
    return /^\**$/.test(pattern.slice(at));
  };
}
