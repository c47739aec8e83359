import { stripVTControlCharacters } from "node:util";

/** The severity of a line; a `plain` one has no level, like the output of a library or a bare traceback. */
export type Severity = "info" | "warning" | "error" | "plain";

/** One line without the prefixes that a container, a process label, a clock and a level put before it. */
export interface LogLine {
  /** Counted from 1. */
  number: number;
  /** The label of the process that wrote it ("EngineCore pid=140"); empty where there is none. */
  process: string;
  severity: Severity;
  /** The level and the source that logged it ("ERROR core.py:708"), the same on each line of one record; empty for a plain line. */
  record: string;
  /** Indentation is kept. */
  text: string;
}

/** A line may hold a whole configuration; the message that says what went wrong is at its beginning. */
const longestLine = 4000;

/** Prefixes that do not name a level; they are removed until none is left. */
const outerPrefixes = [
  /^[A-Za-z][\w.-]*\s+\| ?/, // docker compose
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) (?:(?:stdout|stderr) [FP] )?/, // a container's clock
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w.@-]+(?:\[\d+\])?: /, // the journal
  /^\[rank ?\d+\]:(?! ?\[)[ ]?/i,
  /^\[rank ?\d+\]:(?=\[)/i,
  /^\[\d+,\d+\]<std(?:err|out)>: ?/, // mpirun
];
/** `(EngineCore_DP0 pid=140)`, `(VllmWorker rank=1 pid=7)`, `(RayWorkerWrapper pid=7, ip=10.0.0.1)`, `(raylet)`. */
const processLabel =
  /^\(((?:[A-Za-z][\w.:() -]*?[ ,]+)?(?:pid|rank|ip)=[^)]*|raylet[^)]*|autoscaler[^)]*|gcs_server)\) ?/;

const level = "DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|CRITICAL|FATAL|EXCEPTION|SEVERE";
const clock = String.raw`(?:\d{4}[-/])?\d\d[-/]\d\d(?:[-/]\d{4})?[ T-]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`;
const source = String.raw`\[?[\w./<>-]+:\d+\]`;
/** The forms in which a level, a clock and a source stand before a message; the groups are level and source. */
const levelForms = [
  new RegExp(`^(?<level>${level}):? +${clock}(?: +(?<source>${source}|[\\w./-]+:\\d+))? ?`), // vLLM, old and new
  new RegExp(`^(?<level>${level}): {1,9}(?=\\S)`), // uvicorn
  new RegExp(
    `^\\[?${clock}\\]?\\s*(?:[-,|:] *)?(?:[\\w.]+ - )?\\[?(?<level>${level})\\]?(?:[ :|\\t-]+(?<source>${source}|[\\w./-]+:\\d+))?[ :|-]*(?:-- )?(?:[\\w.<>]+:[\\w<>]+:\\d+ - )?`,
  ),
  /^\[?(?<level>[IWEF])\d{3,4} \d\d:\d\d:\d\d\.\d+ +(?:\d+ +)?(?<source>[\w./-]+:\d+)\] ?/, // glog
  /^\d+\.\d\d\.\d{3}\.\d{3} (?<level>[DIWE]) /, // llama.cpp with its clock
  /^(?:\[[\d/: -]+\] *)?\[(?:TensorRT-LLM|TRT-LLM|TRT)\] ?\[(?<level>[A-Z]+)\] ?/,
  /^time=\S+ level=(?<level>[A-Z]+) (?:source=(?<source>\S+) )?(?:msg=)?/,
  new RegExp(`^\\[(?<level>${level})\\][ :]*`, "i"),
];
/** A clock without a level, as SGLang writes it. */
const clockAlone = new RegExp(`^\\[(?:${clock}|\\d\\d:\\d\\d:\\d\\d)(?: [A-Z]+\\d+)*\\] ?`);

const severityOf: Readonly<Record<string, Severity>> = { W: "warning", WARN: "warning", WARNING: "warning" };
const errorLevels = new Set(["E", "F", "ERROR", "CRITICAL", "FATAL", "EXCEPTION", "SEVERE"]);

/** The engine tries again, so what the line says has not ended it. */
const retry =
  /thrown while requesting|\bretry(?:ing)? (?:in|after)\b|\[retry \d+\/\d+\]|\bwill (?:be )?retr(?:y|ied)|trying to resume|, retrying\b|\bretrying \(/i;
/** Warnings of Python and of a shell, which have no level. */
const pythonWarning = /\b(?:\w+Warning|[Ww]arning): |^\s*warnings\.warn\(/;
/** A line without a level says that the engine continues without something. */
const goesWithout =
  /^(?!.*\berror: ).*(?:\bignor(?:e|ed|ing)\b|\bskip(?:ped|ping)\b|\bfall(?:ing|s)? ?back\b|\bdisabl(?:ed|ing)\b)/i;
/** NCCL calls its errors warnings. What else it tells is no error, and no progress of the engine either. */
const ncclError = /\bNCCL WARN\b/;
const ncclTells = /\bNCCL (?:INFO|TRACE|VERSION|CALL)\b/;
/** The loader's word for a library that it did without: `ERROR: ld.so: … cannot be preloaded (…): ignored.` */
const ignored = /: ignored\.$/;
/** A printed configuration, whatever its level: its values are no sign of a failure. */
const dump =
  /\bDumping (?:input data|scheduler (?:output|stats))|with config: |non-default args:|\bserver_args=|^\s*(?:args|config(?:uration)?): (?:Namespace|\{)/i;
const dumpMembers = /(?:'\w+': |\b\w+=)[^,]{0,200},/g;
const exceptionForm = /^(?:\w+\.)*[A-Za-z]\w*(?:Error|Exception)\b/;

/** The second line of an exception that ended a C++ program: without it the first says nothing. */
const whatItThrew = /^ +what\(\): /;

/** The lines of a log after line `afterLine`, each read on its own. */
export function readLines(text: string, afterLine: number): LogLine[] {
  const lines: LogLine[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (index < afterLine || line.length === 0) continue;
    const read = readLine(line, index + 1);
    const before = lines.at(-1);
    if (whatItThrew.test(read.text) && before?.text.startsWith("terminate called")) before.text += read.text;
    else lines.push(read);
  }
  return lines;
}

function readLine(line: string, number: number): LogLine {
  let text = shown(line).slice(0, longestLine);
  let process = "";
  for (let before = ""; before !== text;) {
    before = text;
    for (const prefix of outerPrefixes) text = text.replace(prefix, "");
    const label = processLabel.exec(text);
    if (label !== null) {
      process = label[1] ?? "";
      text = text.slice(label[0].length);
    }
  }
  let severity: Severity = "plain";
  let record = "";
  for (const form of levelForms) {
    const match = form.exec(text);
    if (match === null) continue;
    const name = (match.groups?.["level"] ?? "").toUpperCase();
    severity = errorLevels.has(name) ? "error" : (severityOf[name] ?? "info");
    record = `${name} ${match.groups?.["source"] ?? ""}`;
    text = text.slice(match[0].length);
    break;
  }
  if (record === "") text = text.replace(clockAlone, "");
  return { number, process, severity: weighed(severity, text), record, text };
}

/** The level that the line gives itself, corrected for dumps, retries and warnings of libraries. */
function weighed(severity: Severity, text: string): Severity {
  if (severity === "info") return severity;
  if (isDump(text)) return "info";
  if (ncclError.test(text)) return "error";
  if (retry.test(text) || ncclTells.test(text) || ignored.test(text)) return "warning";
  if (severity === "plain" && (pythonWarning.test(text) || goesWithout.test(text)) && !exceptionForm.test(text))
    return "warning";
  return severity;
}

function isDump(text: string): boolean {
  if (dump.test(text)) return true;
  return !exceptionForm.test(text) && !/\[type=\w+/.test(text) && (text.match(dumpMembers)?.length ?? 0) >= 8;
}

/** As a terminal shows it: without colours, and only the last state of a progress bar. */
function shown(line: string): string {
  const states = stripVTControlCharacters(line).split("\r");
  return states.findLast((state) => state !== "") ?? "";
}
