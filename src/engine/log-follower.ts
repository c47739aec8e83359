import type { Files } from "../world/world.ts";

/** The new lines of a log that another process writes. */
export interface LogFollower {
  /** Complete lines that came since the last call. */
  read(): Promise<string[]>;
  /** Everything read so far, and the line that is being written. */
  text(): string;
  /** Complete lines so far. */
  lines(): number;
}

/** Follows a log of the start-up's size: the whole file is read again when it has grown. */
export function followLog(files: Files, path: string): LogFollower {
  let text = "";
  let size = 0;
  let taken = 0;
  let lines = 0;
  return {
    async read() {
      const found = await files.stat(path);
      if (!found || found.size === size) return [];
      size = found.size;
      text = (await files.readText(path)) ?? text;
      const end = text.lastIndexOf("\n") + 1;
      if (end <= taken) return [];
      const fresh = text.slice(taken, end - 1).split("\n");
      taken = end;
      lines += fresh.length;
      return fresh;
    },
    text: () => text,
    lines: () => lines,
  };
}
