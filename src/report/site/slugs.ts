import { hash } from "node:crypto";

/** Names as parts of an address: readable where they can be, and never two alike, also where a file system ignores case. The same names give the same parts. */
export function slugsOf(names: Iterable<string>): Map<string, string> {
  const readable = new Map([...new Set(names)].map((name) => [name, readableOf(name)]));
  const holders = Map.groupBy(readable.keys(), (name) => readable.get(name)!.toLowerCase());
  return new Map(
    [...readable].map(([name, slug]) => {
      const isAlone = holders.get(slug.toLowerCase())!.length === 1;
      return [name, slug === name.replaceAll(/[/ ]/g, "-") && isAlone ? slug : `${slug}-${digestOf(name)}`];
    }),
  );
}

function readableOf(name: string): string {
  return (
    name
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replaceAll(/^[.-]+/g, "")
      .slice(0, 80) || "unnamed"
  );
}

function digestOf(name: string): string {
  return hash("sha256", name).slice(0, 8);
}
