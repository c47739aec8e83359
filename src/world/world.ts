import type { Result } from "../schema/result.ts";
import type { ProcessMark } from "../schema/launch.ts";

/** The outside world as one value: a command gets it, stages that touch anything take what they need of it, tests replace it. */
export interface World {
  clock: Clock;
  files: Files;
  processes: Processes;
  network: Network;
  streams: Streams;
  /** The user's environment variables. */
  variables: Readonly<Record<string, string>>;
  machine: Machine;
}

export interface Clock {
  /** Monotonic nanoseconds. */
  nowNs(): bigint;
  /** Wall clock, ISO 8601 in UTC with milliseconds. */
  wall(): string;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Files {
  /** Null where there is no such file. */
  readText(path: string): Promise<string | null>;
  readTextSync(path: string): string | null;
  /** Where a path leads once every link on the way is followed; the path itself where there is nothing. */
  realPath(path: string): string;
  readBytes(path: string): Promise<Uint8Array | null>;
  /** The file in pieces, for one that is larger than memory should hold; null where there is none. */
  readChunks(path: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Bytes from `start` on, `longest` at most; null where there is no such file, empty at its end. */
  readPart(path: string, start: number, longest: number): Promise<Uint8Array | null>;
  /** Written beside its place, to the disk, and renamed into it, folders made as needed: whole or not there, also after a power failure. A device or a pipe, such as /dev/stdout, is written to. */
  writeText(path: string, text: string): Promise<void>;
  /** At the end of the file, made if it is not there. */
  appendText(path: string, text: string): Promise<void>;
  /** A file that its owner alone may read; false where there is one already. */
  createPrivate(path: string, text: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** Names in a folder, sorted; empty where there is none. */
  list(folder: string): Promise<string[]>;
  /** Of those in a folder the names of folders, sorted; empty where there is none. */
  listFolders(folder: string): Promise<string[]>;
  makeFolder(path: string): Promise<void>;
  /** One that nobody else can look into. Throws where something is there already: it may be another's. */
  makePrivateFolder(path: string): Promise<void>;
  /** Also a folder with all that is in it; nothing happens where there is nothing. */
  remove(path: string): Promise<void>;
  /** Also to another file system, where it is whole or not there as well. */
  rename(from: string, to: string): Promise<void>;
  /** Writes a file's bytes, or the names in a folder, to the disk, so that they survive a power failure. */
  sync(path: string): Promise<void>;
  /** Size in bytes and modification time in milliseconds; null where there is nothing. */
  stat(path: string): Promise<{ size: number; modifiedMs: number; folder: boolean } | null>;
  /** True where this user may execute the file. */
  isExecutable(path: string): Promise<boolean>;
  /** Hex digest, streamed; null where there is no such file. */
  sha256(path: string): Promise<string | null>;
  /** Free bytes on the file system of the folder. */
  freeBytes(folder: string): Promise<number | null>;
}

export interface SpawnRequest {
  argv: string[];
  variables: Record<string, string>;
  folder?: string;
  /** stdout and stderr go here, together, with secrets masked before they are written. */
  logFile: string;
  /** Values that are masked, beside whatever looks like a secret. */
  secrets?: readonly string[];
}

export interface Child {
  pid: number;
  /** When the process itself has ended; its group may live on. */
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Null while it lives, and until what it printed is in its log. */
  exit(): { code: number | null; signal: string | null } | null;
  /** Resolves when what it has printed so far is in its log. */
  logWritten?: () => Promise<void>;
}

export interface Follower {
  /** When it ended, by itself or because it was stopped, and all that it printed was handed on. */
  ended: Promise<void>;
  /** Ends it, and that process alone. Resolves with `ended`; a second call does nothing more. */
  stop(): Promise<void>;
}

export interface Processes {
  /** A child in its own process group, never through a shell, stdin closed. A program that cannot be started is a failure, not a throw. */
  spawn(request: SpawnRequest): Promise<Result<Child>>;
  /** A child that lives on when this process ends, in a session of its own, stdin closed; what it prints is added to the log file. */
  detach(argv: string[], place: { folder: string; logFile: string }): Promise<Result<ProcessMark>>;
  /** Runs to its end and gathers what it prints. A missing program or a non-zero end is data: `code` is null when it could not be started, or was ended: `timedOut` where it took longer than `timeoutMs`. */
  run(
    argv: string[],
    options?: {
      variables?: Record<string, string>;
      folder?: string;
      timeoutMs?: number;
      onLine?: (line: string) => void;
    },
  ): Promise<{
    code: number | null;
    timedOut?: boolean;
    stdout: string;
    stderr: string;
  }>;
  /** A program that prints until it is stopped: each line of its stdout as it comes. One that cannot be started is a failure, not a throw. */
  follow(argv: string[], onLine: (line: string) => void): Promise<Result<Follower>>;
  /** Sends to every process of the group; false where there is none left. */
  signalGroup(group: number, signal: "SIGINT" | "SIGTERM" | "SIGKILL"): boolean;
  signal(pid: number, signal: "SIGINT" | "SIGTERM" | "SIGKILL"): boolean;
  /** The processes of a group that are not zombies. */
  membersOf(group: number): Promise<ProcessMark[]>;
  /** True where the pid lives and started when the mark says: the same process and not a later one. */
  isSame(mark: ProcessMark): Promise<boolean>;
  mark(pid: number): Promise<ProcessMark>;
  /** CPU seconds that this process has used so far, user and system. */
  ownCpuS(): number;
  ownPid: number;
  /** Ends this process at once, without cleaning up: what a crash looks like. */
  exit(code: number): never;
  /** The Node that runs us, and the script it was given: how we start ourselves. */
  self: { node: string; entry: string };
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Whom to trust and how to be trusted over https. The members are PEM texts, not paths. */
export interface Tls {
  /** The certificates to trust instead of the usual ones. */
  authorities?: string;
  /** The client's own certificate and its key, in one text. */
  identity?: string;
  /** Any certificate is taken. */
  insecure?: boolean;
}

export interface Network {
  /** A TCP port of the loopback that is free now. */
  freePort(): Promise<number>;
  /** True where nothing listens on the port of the loopback. */
  portIsFree(port: number): Promise<boolean>;
  /** One HTTP exchange. No answer (refused, timed out, broken) is a failure; a status of 500 is an answer. */
  request(request: {
    url: string;
    method?: "GET" | "POST" | "PUT";
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    timeoutMs?: number;
    signal?: AbortSignal;
    /** Connections are kept for each object: give the same one to every request of a server. */
    tls?: Tls;
  }): Promise<Result<HttpAnswer>>;
}

export interface Streams {
  /** For results. */
  out(text: string): void;
  /** For people. */
  err(text: string): void;
  /**
   * Asks a person for a line, which comes without its end; null from one who wants to leave (Ctrl-C, Ctrl-D). Null itself
   * where nobody can be asked: stdin or stderr is no terminal.
   */
  ask: ((question: string) => Promise<string | null>) | null;
  outIsTerminal: boolean;
  errIsTerminal: boolean;
  colour: boolean;
  columns: number;
}

export interface Machine {
  hostname: string;
  /** Names the table of processes that we see: the boot of the host and our process namespace. Equal only where pids mean the same. */
  processTable: string;
  platform: string;
  kernel: string;
  cpuModel: string;
  cpus: number;
  /** Those that this process may use, as the kernel listed them when it began: `0-2,5`. Null where it does not say. */
  cores: string | null;
  memoryBytes: number;
  nodeVersion: string;
  homeFolder: string;
  temporaryFolder: string;
  workingFolder: string;
  /** Where this program lies: the checkout or the installed package. */
  packageFolder: string;
}
