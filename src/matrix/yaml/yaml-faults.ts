import rows from "./yaml-faults.json" with { type: "json" };

/** What the `yaml` package found, in the words of whoever wrote the file. */
export interface YamlFault {
  /** Of the diagnostic. */
  code: string;
  message: string;
  hint: string;
  /** True where what follows it is mostly its echo. */
  fatal: boolean;
  /** True of a text in quotes that is not closed: where it opens says more than where the file ends. */
  isOpen: boolean;
}

interface Wording {
  /** The package's own code. */
  of: string;
  /** A regular expression on the package's message, where one code stands for several faults. */
  says?: string;
  /** One on the text from the place on, where that tells them apart. */
  followedBy?: string;
  message: string;
  hint: string;
  code?: string;
  isHarmless?: boolean;
  isOpen?: boolean;
}

/** The first row that fits speaks. `$1` is what `says` found in brackets. */
const wordings: readonly Wording[] = rows;

/** `text` is what the file has from the place of the fault on. */
export function yamlFault(problem: { code: string; message: string }, text: string): YamlFault {
  for (const {
    of,
    says,
    followedBy,
    message,
    hint,
    code = "not-yaml",
    isHarmless = false,
    isOpen = false,
  } of wordings) {
    if (problem.code !== of || (followedBy !== undefined && !new RegExp(followedBy).test(text))) continue;
    const said = says === undefined ? [] : new RegExp(says).exec(problem.message);
    if (said === null) continue;
    const filled = (words: string): string =>
      words.replace("$1", () => said[1] ?? "").replace("$value", () => inQuotes(text));
    return { code, message: filled(message), hint: filled(hint), fatal: !isHarmless, isOpen };
  }
  const message = problem.message.charAt(0).toLowerCase() + problem.message.slice(1);
  return { code: "not-yaml", message, hint: "see the line above it too", fatal: true, isOpen: false };
}

/** The rest of a line as a text in quotes, without the comment behind it. */
function inQuotes(text: string): string {
  const value = (/^[^\n]*/.exec(text)?.[0] ?? "").replace(/\s#.*$/, "").trim();
  return /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
}
