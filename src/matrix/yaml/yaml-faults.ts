/** What the `yaml` package found, in the words of whoever wrote the file. */
export interface YamlFault {
  /** Of the diagnostic. */
  code: string;
  message: string;
  hint: string;
  /** True where what follows it is mostly its echo. */
  fatal: boolean;
}

interface Wording {
  /** The package's own code. */
  of: string;
  /** On the package's message, where one code stands for several faults. */
  says?: RegExp;
  /** On the text from the place on, where that tells them apart. */
  followedBy?: RegExp;
  message: string;
  hint: string;
  code?: string;
  isHarmless?: true;
}

const quoteIt = "put the whole value in quotes";

/** The first row that fits speaks. `$1` is what `says` found in brackets. */
const wordings: readonly Wording[] = [
  { of: "TAB_AS_INDENT", code: "tab", message: "this line is indented with a tab", hint: "indent with spaces" },
  {
    of: "DUPLICATE_KEY",
    code: "duplicate-key",
    message: "this key is written twice in one map",
    hint: "remove one of the two",
    isHarmless: true,
  },
  {
    of: "TAG_RESOLVE_FAILED",
    code: "unknown-tag",
    message: "a word that begins with `!` is a tag, and a matrix has none",
    hint: "remove the tag, or put the value in quotes",
    isHarmless: true,
  },
  {
    of: "MULTIPLE_DOCS",
    code: "multiple-documents",
    message: "a second document begins here",
    hint: "keep one document a file: remove `---` and what follows",
  },
  { of: "RESOURCE_EXHAUSTION", message: "this is nested too deep", hint: "write it with fewer brackets" },
  {
    of: "BLOCK_AS_IMPLICIT_KEY",
    says: /compact mappings/,
    followedBy: /^[^\n:]*\n\s+\S+:/,
    message: "this line has a value, and the lines below it are indented as if it had none",
    hint: "indent them as this line, or take the value out",
  },
  {
    of: "BLOCK_AS_IMPLICIT_KEY",
    says: /compact mappings/,
    message: "a value with `: ` in it is not in quotes",
    hint: `${quoteIt}: $value`,
  },
  {
    of: "BLOCK_AS_IMPLICIT_KEY",
    message: "the items of this list are indented differently",
    hint: "begin every `-` of a list in the same column",
  },
  {
    of: "MULTILINE_IMPLICIT_KEY",
    message: "this line has no `: `",
    hint: "write `key: value` with a blank behind the colon; a text over several lines goes in quotes",
  },
  {
    of: "MISSING_CHAR",
    says: /followed by map values/,
    message: "this line has no `: `",
    hint: "write `key: value` with a blank behind the colon",
  },
  {
    of: "MISSING_CHAR",
    says: /closing (["'])quote/,
    message: "a text in quotes is not closed: the $1 at its end is missing",
    hint: "close it on its own line",
  },
  {
    of: "MISSING_CHAR",
    says: /Comments must be/,
    message: "a comment begins without a blank before its `#`",
    hint: "write a blank before the `#`, or put the value in quotes",
  },
  {
    of: "BAD_INDENT",
    says: /end with a (.)/,
    message: "a bracket is not closed: `$1` is missing",
    hint: "close it before the next key; a text with a bracket in it goes in quotes",
  },
  {
    of: "BAD_INDENT",
    message: "this line is indented differently from those it belongs with",
    hint: "begin the keys of one map, and the items of one list, in the same column",
  },
  {
    of: "BLOCK_IN_FLOW",
    followedBy: /^-\s/,
    message: "a list with `-` cannot stand within `{ … }` or `[ … ]`",
    hint: "write it as [a, b]",
  },
  {
    of: "BLOCK_IN_FLOW",
    message: "a comma is missing here, or a value with `: ` in it is not in quotes",
    hint: "separate what stands within brackets by commas, and put a value with `: ` in quotes",
  },
  {
    of: "UNEXPECTED_TOKEN",
    says: /on same line with key/,
    message: "a list begins on the line of its key",
    hint: "begin it on the next line, or write it as [a, b]",
  },
  {
    of: "UNEXPECTED_TOKEN",
    says: /flow-(?:map|seq)-end/,
    message: "this bracket closes nothing",
    hint: "remove it, or open one before it",
  },
  {
    of: "UNEXPECTED_TOKEN",
    says: /Unexpected ,/,
    message: "this comma separates nothing",
    hint: "remove it, or write what is missing before it",
  },
  {
    of: "UNEXPECTED_TOKEN",
    message: "text stands where the value has ended already",
    hint: `${quoteIt}: one that begins with [, {, * or a quote ends where that is closed`,
  },
  {
    of: "BAD_SCALAR_START",
    says: /character (\S)/,
    message: "a value cannot begin with `$1`",
    hint: quoteIt,
  },
  { of: "BAD_ALIAS", message: "a value that begins with `*` or `&` is not in quotes", hint: quoteIt },
  {
    of: "BAD_DQ_ESCAPE",
    says: /sequence (\S+)/,
    message: "`$1` means nothing within double quotes",
    hint: "write it within single quotes, or double the backslash",
  },
  {
    of: "NON_STRING_KEY",
    message: "a list or a map cannot be a key",
    hint: "write a name before the colon",
  },
];

/** `text` is what the file has from the place of the fault on. */
export function yamlFault(problem: { code: string; message: string }, text: string): YamlFault {
  for (const { of, says, followedBy, message, hint, code = "not-yaml", isHarmless = false } of wordings) {
    if (problem.code !== of || (followedBy !== undefined && !followedBy.test(text))) continue;
    const said = says === undefined ? [] : says.exec(problem.message);
    if (said === null) continue;
    const filled = (words: string): string =>
      words.replace("$1", () => said[1] ?? "").replace("$value", () => inQuotes(text));
    return { code, message: filled(message), hint: filled(hint), fatal: !isHarmless };
  }
  const message = problem.message.charAt(0).toLowerCase() + problem.message.slice(1);
  return { code: "not-yaml", message, hint: "see the line above it too", fatal: true };
}

/** The rest of a line as a text in quotes, without the comment behind it. */
function inQuotes(text: string): string {
  const value = (/^[^\n]*/.exec(text)?.[0] ?? "").replace(/\s#.*$/, "").trim();
  return /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
}
