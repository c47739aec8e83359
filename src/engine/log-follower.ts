import type { Files } from "../world/world.ts";

/** The log of an engine, as far as it has been read. */
export interface LogFollower {
  /** Reads what was written since the last call and passes on each complete line; returns how many bytes: a progress bar ends no line for a long time. */
  read(onLine?: (line: string) => void): Promise<number>;
  /**
   * What was read, with the line that is being written. Of a log that is too large for memory it has the beginning and the
   * end; the lines between are empty, so that all lines keep their numbers.
   */
  text(): string;
  /** Complete lines so far. */
  lines(): number;
}

const defaultLimits = {
  /** Room for the log of a start. */
  headCharacters: 4 << 20,
  tailCharacters: 8 << 20,
  /** The part of a line that is kept. */
  lineCharacters: 64 << 10,
};
const partBytes = 1 << 20;

/** Follows a log of any size: each part of it is read once. `before` is awaited before each look: what writes the log may lag behind. */
export function followLog(
  files: Files,
  path: string,
  {
    limits = defaultLimits,
    before = () => Promise.resolve(),
  }: { limits?: typeof defaultLimits; before?: (() => Promise<void>) | undefined } = {},
): LogFollower {
  const decoder = new TextDecoder();
  const head: string[] = [];
  const tail: string[] = [];
  let headSize = 0;
  let tailSize = 0;
  let dropped = 0;
  let begun = "";
  let offset = 0;
  const keep = (line: string): void => {
    if (dropped === 0 && tail.length === 0 && headSize < limits.headCharacters) {
      head.push(line);
      headSize += line.length;
      return;
    }
    tail.push(line);
    tailSize += line.length;
    if (tailSize <= 2 * limits.tailCharacters) return;
    let gone = 0; // seldom, since removing the first items of a list moves all the others
    while (tailSize > limits.tailCharacters) tailSize -= tail[gone++]!.length;
    tail.splice(0, gone);
    dropped += gone;
  };
  /** Of a line that is too long the beginning; of a progress bar its last state, since what follows it may say why the engine ended. */
  const clipped = (line: string): string => {
    if (line.length <= limits.lineCharacters) return line;
    const lastState = line.lastIndexOf("\r", line.length - 2) + 1;
    return line.slice(lastState, lastState + limits.lineCharacters);
  };
  return {
    async read(onLine) {
      const from = offset;
      await before();
      for (;;) {
        const part = await files.readPart(path, offset, partBytes);
        if (part === null || part.length === 0) return offset - from;
        offset += part.length;
        const pieces = decoder.decode(part, { stream: true }).split("\n");
        for (const [index, piece] of pieces.entries()) {
          begun = clipped(begun + piece);
          if (index === pieces.length - 1) break;
          keep(begun);
          onLine?.(begun);
          begun = "";
        }
      }
    },
    text: () => [...head, ...Array.from({ length: dropped }, () => ""), ...tail, begun].join("\n"),
    lines: () => head.length + dropped + tail.length,
  };
}
