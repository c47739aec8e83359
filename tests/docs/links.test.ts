import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
/** Of one package, or of several by name: npm 12. */
type Packed = { files: { path: string }[] };

/** The anchors that GitHub gives to headings. */
function anchorsOf(page: string): string[] {
  const headings = page.replaceAll(/^```.*?^```/gms, "").matchAll(/^#{1,6} (.*)$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

it("a link of a document leads to a file of the package, and to a heading that is there", () => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const [packed] = Object.values(JSON.parse(stdout) as Packed[] | Record<string, Packed>);
  const files = packed!.files.map(({ path }) => path);
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const links = files
    .filter((path) => path.endsWith(".md"))
    .flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)/g)].map(([, path = "", anchor = ""]) => ({
        page,
        path: path === "" ? page : join(page, "..", path),
        anchor,
      })),
    );
  expect(links.length).toBeGreaterThan(100);
  const broken = links.filter(
    ({ path, anchor }) => !files.includes(path) || (anchor !== "" && !anchorsOf(read(path)).includes(anchor)),
  );
  expect(broken).toEqual([]);
});
