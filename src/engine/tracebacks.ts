import type { LogLine } from "./log-lines.ts";

/** An exception: its own line, and the further lines of its message. */
export interface Raised {
  lines: LogLine[];
  /** File and function of each frame of its traceback, the innermost last. */
  functions: string[];
}

/** A traceback with all exceptions of its chain, in the order in which they were raised. */
export interface Traceback {
  process: string;
  raised: Raised[];
}

export interface ReadLog {
  tracebacks: Traceback[];
  /** Lines of no traceback. */
  strays: LogLine[];
}

const header = /Traceback \(most recent call last\):\s*$/;
const link =
  /^(?:The above exception was the direct cause of|During handling of the above exception, another exception)/;
/** Python could not raise it to any caller: it follows from the end of the process, and does not cause it. */
const nobodysException = /^(?:Exception ignored (?:in|on)|Error in (?:sys\.excepthook|atexit))/;
const frame = /^\s*File ["“](?<file>[^"”]*)["”], line \d+(?:, in (?<function>[\w<>.]+))?/;
const newProcess = /^Process \S+:$/;
/** `torch.OutOfMemoryError: …`, `queue.Empty`, `RayTaskError(ValueError): …`. */
const exceptionLine =
  /^(?:[A-Za-z_]\w*\.)*(?:(?:_?[A-Z]\w*|error|gaierror|herror|timeout)(?:\([\w.]+\))?:(?: |$)|_?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Empty|Full|Timeout)$)/;
/** Outside a traceback only a name that ends in Error or Exception counts. */
const loneException = /^(?:[A-Za-z_]\w*\.)*(?:_?[A-Z]\w*)?(?:Error|Exception)(?:\([\w.]+\))?(?:: |:?$)/;
/** Wrappers before the traceback of another process. */
const remote = /^(?:[\w.]+\.)?(?:_?RemoteTraceback:|RayTaskError(?:\([\w.]+\))?: ray::|RayTaskError\(\w+\)$)/;
/** Lines of a message that are read. */
const longestMessage = 60;

/** Splits a log into tracebacks and single lines, separately for each process, since their lines alternate. */
export function readTracebacks(lines: readonly LogLine[]): ReadLog {
  const found: ReadLog = { tracebacks: [], strays: [] };
  for (const [process, own] of Map.groupBy(lines, ({ process: name }) => name)) {
    const reader = new Reader(process, found);
    for (const line of own) reader.take(line);
    reader.end();
  }
  found.tracebacks.sort((left, right) => lineOf(left) - lineOf(right));
  found.strays.sort((left, right) => left.number - right.number);
  return found;
}

/** Where a traceback ends: the line of its last exception. */
export function lineOf({ raised }: Traceback): number {
  return raised.at(-1)?.lines[0]?.number ?? 0;
}

/** The lines of one process, in order. */
class Reader {
  readonly #process: string;
  readonly #found: ReadLog;
  /** Null outside a traceback; else what is read: frames, the message of an exception, or the rest of a chain after its link. */
  #state: "frames" | "message" | "linked" | null = null;
  #raised: Raised[] = [];
  #functions: string[] = [];
  #ignored = false;

  constructor(process: string, found: ReadLog) {
    this.#process = process;
    this.#found = found;
  }

  take(line: LogLine): void {
    const text = line.text.replace(/^\s+\| ?/, ""); // an exception group draws a bar before its tracebacks
    if (nobodysException.test(text)) {
      this.end();
      this.#ignored = true;
      this.#state = "frames";
      return;
    }
    if (line.severity === "info" || line.severity === "warning") {
      // Another thread may write between frames; after a message, such a line ends the traceback.
      if (this.#state !== "frames") this.end();
      this.#found.strays.push(line);
      return;
    }
    if (header.test(text)) return this.#open();
    if (this.#state === "message" && link.test(text)) {
      this.#state = "linked";
      return;
    }
    if (this.#state === "frames") return this.#frames(line, text);
    if (this.#state === "linked") return exceptionLine.test(text) ? this.#raise(line) : undefined;
    if (this.#state === "message" && this.#continues(line, text)) {
      this.#raised.at(-1)?.lines.push(line);
      return;
    }
    this.end();
    if (loneException.test(text)) {
      this.#functions = [];
      this.#raise(line);
    } else this.#found.strays.push(line);
  }

  end(): void {
    if (this.#raised.length > 0 && !this.#ignored)
      this.#found.tracebacks.push({ process: this.#process, raised: this.#raised });
    this.#state = null;
    this.#raised = [];
    this.#ignored = false;
  }

  #open(): void {
    if (this.#state !== "linked" && !(this.#ignored && this.#state === "frames")) this.end();
    this.#functions = [];
    this.#state = "frames";
  }

  #frames(line: LogLine, text: string): void {
    const at = frame.exec(text);
    if (at !== null) this.#functions.push(`${at.groups?.["file"]} ${at.groups?.["function"] ?? ""}`);
    else if (exceptionLine.test(text)) this.#raise(line);
    else if (/^\S/.test(text)) this.#found.strays.push(line); // another library wrote it
  }

  #raise(line: LogLine): void {
    if (remote.test(line.text)) {
      this.#state = "frames";
      return;
    }
    this.#raised.push({ lines: [line], functions: this.#functions });
    this.#functions = [];
    this.#state = "message";
  }

  /** A message continues in lines of the same record, until another process or exception begins. */
  #continues(line: LogLine, text: string): boolean {
    const raised = this.#raised.at(-1);
    if (raised?.lines[0] === undefined || line.record !== raised.lines[0].record) return false;
    return raised.lines.length < longestMessage && !newProcess.test(text) && !loneException.test(text);
  }
}
