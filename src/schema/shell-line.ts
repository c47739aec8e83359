/** A text as one word of a POSIX shell: bare where that is safe, else in single quotes, within which nothing is special. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** An argument list as a POSIX shell takes it. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(shellWord).join(" ");
}
