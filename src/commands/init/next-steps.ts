import { shellWord } from "../../schema/shell-line.ts";
import type { Written } from "./write-new.ts";

/** Where the new study is, and what is to be said of it. */
interface ToldStudy {
  /** From the working folder. */
  folder: string;
  /** From that folder. */
  matrix: string;
  /** How this program was called, for commands to paste. */
  program: string;
  isSimulable: boolean;
  notes: readonly string[];
}

/** What `init` did, for people: the files, then the commands to type. */
export function initText(
  { folder, matrix, program, isSimulable, notes }: ToldStudy,
  { paths, left, ignore }: Written,
): string {
  const next: [command: string, about: string][] = [
    [`${program} plan ${matrix}`, "what will be run, and how long it takes"],
    ...(isSimulable
      ? [
          [`${program} run ${matrix} --sut simulated --fidelity smoke`, "try it: seconds a trial, no GPU"] as [
            string,
            string,
          ],
        ]
      : []),
    [`${program} doctor ${matrix}`, "what would go wrong on this machine"],
    [`${program} run ${matrix}`, "measure"],
  ];
  const widest = Math.max(...next.map(([command]) => command.length));
  return [
    ...paths.map((path) => `wrote  ${path}\n`),
    ...left.map((path) => `left   ${path}: it was there, and is unchanged\n`),
    ...(ignore.length === 0 ? [] : [`add    to .gitignore: ${ignore.join("  ")}\n`]),
    ...notes.map((note) => `note   ${note}\n`),
    "\nNext:\n",
    ...(folder === "." ? [] : [`  cd ${shellWord(folder)}\n`]),
    ...next.map(([command, about]) => `  ${command.padEnd(widest)}  # ${about}\n`),
  ].join("");
}
