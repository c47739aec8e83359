import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makePdfs } from "../../../../src/commands/report/figure-pdf.ts";
import { chartFiles, chartsOf } from "../../../../src/report/index.ts";
import { latexFiles, renderDocument, reportData } from "../../../../src/report/pages.ts";
import { realWorld } from "../../../../src/world/real-world.ts";
import { fakeReportInput } from "../../../support/fake-report.ts";
import { reportKind } from "../../../support/report-kind.ts";
import { useTemporaryFolders } from "../../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const kind = await reportKind();

async function written(
  input = fakeReportInput("simulated"),
): Promise<{ files: [string, string][]; svgs: [string, string][] }> {
  const data = reportData(input);
  const document = renderDocument(data, kind);
  if (!document.ok) throw new Error(document.problem.message);
  const svgs = await chartFiles(document.value, kind.theme);
  if (!svgs.ok) throw new Error(svgs.problem.message);
  return { files: latexFiles(data, chartsOf(document.value)), svgs: svgs.value };
}

/** What of LaTeX is not on this machine; null where all is. */
function missingLatex(): string | null {
  const packages = [
    "extarticle.cls",
    ..."array booktabs longtable threeparttable siunitx adjustbox".split(" ").map((name) => `${name}.sty`),
  ];
  if (spawnSync("pdflatex", ["--version"]).status !== 0) return "pdflatex is not there";
  const absent = packages.filter((name) => spawnSync("kpsewhich", [name]).status !== 0);
  return absent.length === 0
    ? null
    : `${absent.join(", ")} not there: Debian's texlive-latex-extra and texlive-science`;
}
const missing = missingLatex();

describe("a report for LaTeX", () => {
  it("takes in every table and figure, and says where the numbers come from", async () => {
    const { files, svgs } = await written();
    const [[name, report] = ["", ""], ...tables] = files;
    expect(name).toBe("report.tex");
    expect(tables.length).toBeGreaterThan(8);
    for (const [file, text] of tables) {
      expect(report).toContain(String.raw`\input{${file}}`);
      expect(text).toContain("SIMULATED, STAND{-}IN");
    }
    expect(svgs.length).toBeGreaterThan(0);
    for (const [figure] of svgs) expect(report).toContain(String.raw`\ceterisfigure{${figure}}`);
    expect((await written()).files).toEqual(files);
  });

  it.skipIf(missing !== null)(`compiles${missing === null ? "" : `: ${missing}`}`, { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const input = fakeReportInput("simulated");
    input.study.question = "50 % of {a_b} & \\input{x} #1 $y^2~ <模型> -- \u202E\u0000`|`\"'?";
    input.queries["many"] = { columns: ["n", "a_b"], rows: Array.from({ length: 120 }, (_, n) => [n, "50 %"]) };
    const { files, svgs } = await written(input);
    for (const [file, text] of [...files, ...svgs.map(([one, svg]) => [`figures/${one}.svg`, svg] as const)]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const figures = svgs.map(([one]) => join(folder, "figures", `${one}.svg`));
    const world = { ...realWorld(), streams: { ...realWorld().streams, err: () => {} } };
    const made = await makePdfs(world, figures);
    const bytes = made.map((path) => readFileSync(path));
    await makePdfs(world, figures);
    expect(made.map((path) => readFileSync(path))).toEqual(bytes);
    const argv = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"];
    const { status, stdout } = spawnSync("pdflatex", argv, { cwd: folder, encoding: "utf8", timeout: 100_000 });
    expect(status === 0 ? "" : stdout.slice(-2000)).toBe("");
    expect(stdout).toMatch(/Output written on report\.pdf \(\d+ pages/);
  });
});
