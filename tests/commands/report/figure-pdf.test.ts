import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makePdfs } from "../../../src/commands/report/figure-pdf.ts";
import { studyWorld } from "../../support/study-world.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** A machine on which the one program makes PDFs. */
function machineWith(program: string | null) {
  const folder = temporaryFolder();
  const asked: string[][] = [];
  const said: string[] = [];
  const world = studyWorld(folder, ({ processes, streams }) => ({
    streams: { ...streams, err: (text) => said.push(text) },
    processes: {
      ...processes,
      run: (argv, options) => {
        asked.push(argv);
        expect(options?.timeoutMs).toBeGreaterThan(0);
        expect(options?.variables?.["SOURCE_DATE_EPOCH"]).toBe("0");
        if (argv[0] === program) writeFileSync(join(folder, "a.pdf"), "");
        return Promise.resolve({ code: argv[0] === program ? 0 : null, stdout: "", stderr: "" });
      },
    },
  }));
  return { world, asked, said, svg: join(folder, "a.svg") };
}

it("takes the first program that is there", async () => {
  const { world, asked, said, svg } = machineWith("inkscape");
  expect(await makePdfs(world, [svg])).toEqual([svg.replace(".svg", ".pdf")]);
  expect(asked.map(([program]) => program)).toEqual(["rsvg-convert", "inkscape"]);
  expect(said).toEqual([]);
});

it("leaves the SVG, and says once what to install, where there is none", async () => {
  const { world, said, svg } = machineWith(null);
  expect(await makePdfs(world, [svg, svg])).toEqual([]);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("2 of 2 figures");
  expect(said[0]).toContain("librsvg2-bin");
});

it("asks for nothing where there is no figure", async () => {
  const { world, asked, said } = machineWith(null);
  expect(await makePdfs(world, [])).toEqual([]);
  expect([...asked, ...said]).toEqual([]);
});
