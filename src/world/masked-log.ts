import { randomUUID } from "node:crypto";
import { constants, openSync } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { streamMask } from "../schema/secrets.ts";

/** The log of a process that is about to be started. */
export interface MaskedLog {
  /** Where the process writes: its stdout and its stderr, so that their order is kept. */
  fd: number;
  /** To be called when the process has it, or could not be started: the log ends with the last process that has it. */
  closeOwnEnd(): Promise<void>;
  /** Resolves when what was written so far is in the file. */
  written(): Promise<void>;
}

/** A process may have written just before it was asked about: the kernel hands that on within so many turns of the event loop. */
const quietTurns = 3;
/** One that never stops writing is not waited for any longer. */
const mostTurns = 100;
/** So many bytes wait for the disk at most; then the process waits. */
const mostQueued = 4 << 20;
const pipePrefix = "ceteris-log-";
/** A pipe has its name for some milliseconds: one this old was left by a run that was killed. */
const oldMs = 60_000;

/**
 * A log in which no secret arrives: processes write into a pipe, and what comes out of it is masked line by line on its way to
 * the file. A named pipe, and not one of Node's own, which are sockets: a program may open /dev/stderr, and stdout and
 * stderr share it. It is unlinked at once. Bytes that are no UTF-8 pass as they are. Where the file cannot be written (the
 * disk is full) the process is not held up: the lines are lost.
 */
export async function openMaskedLog(file: string, secrets: readonly string[]): Promise<MaskedLog> {
  await mkdir(dirname(file), { recursive: true });
  const target = await open(file, "a");
  const { reader, writer } = await openPipe().catch(async (error: unknown) => {
    await target.close();
    throw error;
  });
  // Latin-1 stands for bytes here: a secret is looked for as its bytes, and all others stay what they are.
  const mask = streamMask(secrets.map((secret) => Buffer.from(secret).toString("latin1")));
  let writing: Promise<void> = Promise.resolve();
  let received = 0;
  let queued = 0;
  const append = (text: string): void => {
    if (text === "") return;
    queued += text.length;
    if (queued > mostQueued) reader.pause();
    writing = writing
      .then(() => target.appendFile(Buffer.from(text, "latin1")))
      .catch(() => undefined)
      .finally(() => {
        queued -= text.length;
        if (queued <= mostQueued && reader.isPaused()) reader.resume();
      });
  };
  reader.on("data", (bytes: Buffer) => {
    received += bytes.length;
    append(mask.push(bytes.toString("latin1")));
  });
  reader.on("error", () => undefined);
  reader.on("close", () => {
    append(mask.end());
    void writing.then(() => target.close()).catch(() => undefined);
  });
  reader.unref();
  return {
    fd: writer.fd,
    closeOwnEnd: () => writer.close(),
    async written() {
      for (let [quiet, all] = [0, 0]; quiet < quietTurns && all < mostTurns; all += 1) {
        const before = received;
        await turn();
        quiet = received === before ? quiet + 1 : 0;
      }
      await writing;
    },
  };
}

/** A kill before the pipe is unlinked leaves it behind, empty; a log that is opened a minute later removes it. */
async function openPipe(): Promise<{ reader: Socket; writer: Awaited<ReturnType<typeof open>> }> {
  const path = join(tmpdir(), `${pipePrefix}${randomUUID()}`);
  await removeOldPipes();
  try {
    const { execa } = await import("execa");
    await execa("mkfifo", ["-m", "600", path]);
    // Without waiting for the other end: Node would wait in a thread.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const reader = new Socket({ fd, readable: true, writable: false });
    return { reader, writer: await open(path, constants.O_WRONLY) };
  } finally {
    await rm(path, { force: true });
  }
}

/** Removes the pipes that killed runs left; those of another user stay. */
async function removeOldPipes(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(pipePrefix))) {
    const path = join(tmpdir(), name);
    const status = await stat(path).catch(() => null);
    if (status !== null && Date.now() - status.mtimeMs > oldMs) await rm(path, { force: true }).catch(() => undefined);
  }
}
