/** Who speaks in vLLM's log: its processes write to one stream and say which of them it is. */
export type Process = "APIServer" | "EngineCore" | "Worker";
type Level = "INFO" | "WARNING" | "ERROR";

/** Writes lines as vLLM 0.32.0 does: `(EngineCore pid=7) INFO 11-22 06:41:19 [core.py:133] …`. */
export interface Log {
  /** A line as it is. */
  raw(line: string): void;
  say(process: Process, level: Level, place: string, message: string): void;
}

export function createLog(write: (line: string) => void, pid: number, now: () => Date): Log {
  return {
    raw: write,
    say(process, level, place, message) {
      const prefix = `(${process} pid=${pid}) ${level} ${stamp(now())} [${place}] `;
      for (const line of message.split("\n")) write(prefix + line);
    },
  };
}

function stamp(date: Date): string {
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
