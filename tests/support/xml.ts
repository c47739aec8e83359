/** The elements of an XML text in their order, `svg`, `g`, `/g`; throws where the text is not well-formed. */
export function xmlElements(xml: string): string[] {
  // What XML 1.0 allows: https://www.w3.org/TR/xml/#charsets
  const bad = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(xml);
  if (bad !== null) throw new Error(`a character that XML does not allow at ${bad.index}`);
  const open: string[] = [];
  const all: string[] = [];
  const attributes = String.raw`(?:\s+[\w:-]+="(?:[^<&"]|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)*")*`;
  const part = new RegExp(
    String.raw`<(\/?)([A-Za-z][\w:-]*)${attributes}\s*(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)+`,
    "uy",
  );
  while (part.lastIndex < xml.length) {
    const at = part.lastIndex;
    const found = part.exec(xml);
    if (found === null) throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 80)}`);
    const [, closes, name, isEmpty] = found;
    if (name === undefined) continue;
    all.push(`${closes}${name}`);
    if (closes === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> at ${at} closes another element`);
    } else if (isEmpty === "") open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return all;
}
