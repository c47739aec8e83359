import { ExitCode, run } from "@stricli/core";
import process from "node:process";
import { exitCodes } from "../schema/exit-code.ts";
import { fileFault } from "../world/file-fault.ts";
import { applicationFor } from "./application.ts";
import type { Context } from "./context.ts";
import { overview } from "./overview.ts";
import { inOwnFlags } from "./peer-flags.ts";
import { exitCodeOf, fault } from "./text.ts";

/** The one place that ends the process: a command's answer becomes the exit code, an internal error is caught and said. */
async function main(): Promise<void> {
  const streams: Context["process"] = { stdout: process.stdout, stderr: process.stderr };
  const interrupted = new AbortController();
  let interruptions = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT"] as const) {
    process.on(signal, () => {
      interruptions += 1;
      interrupted.abort();
      if (interruptions === 1)
        process.stderr.write(`\n${signal}: stopping and cleaning up; finished trials are kept\n`);
    });
  }
  process.on("SIGHUP", () => {}); // a closed terminal does not stop a study
  process.on("SIGXFSZ", () => {}); // a limit on the size of files fails the write alone, with EFBIG
  process.stderr.on("error", () => {}); // nor does a closed pipe
  let isCut = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    const found = error.code === "EPIPE" || isCut ? null : fileFault(error, "stdout");
    if (found === null) return;
    // A result on a full disk is not whole, and whoever called must know.
    isCut = true;
    process.stderr.write(`ceteris: ${found.message}\n  ${found.hint}\n`);
    process.exitCode ||= exitCodes.misconfigured;
  });

  // After an error that nothing awaits, too, the engine is ended in order.
  let broken = false;
  for (const stray of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(stray, (error: unknown) => {
      process.stderr.write(`${fault(error)}\n`);
      broken = true;
      process.exitCode = exitCodeOf(error);
      interrupted.abort();
      setTimeout(() => process.exit(), giveUpMs).unref();
    });
  }

  try {
    const typed = process.argv.slice(2);
    const [first = "", ...rest] = typed;
    if (servesSimulated(first, rest)) {
      streams.exitCode = await serveSimulated(rest, interrupted.signal);
    } else if (typed.length === 0) {
      process.stdout.write(overview());
    } else {
      const own = first === "bench" ? await inOwnFlags(rest, (text) => process.stderr.write(text)) : rest;
      if (own === null) streams.exitCode = exitCodes.misconfigured;
      else
        await run(applicationFor(typed, !process.env["CI"]), typed.slice(0, 1).concat(own), {
          process: streams,
          async forCommand(): Promise<Context> {
            const { realWorld } = await import("../world/real-world.ts"); // `--help` needs no world, and is quick without
            return { process: streams, world: realWorld(interrupted.signal), signal: interrupted.signal };
          },
        });
    }
  } catch (error) {
    process.stderr.write(`${fault(error)}\n`);
    streams.exitCode = exitCodeOf(error);
  }
  if (broken) return;
  process.exitCode = answered(Number(streams.exitCode ?? exitCodes.done), isCut);
  // The engine has ended; what still goes on is reading that nothing awaits.
  if (interrupted.signal.aborted) process.exit();
  setTimeout(() => process.exit(), lingersMs).unref();
}

/** The exit code of a command's answer; negative ones are stricli's own. A result that could not be written whole is none. */
function answered(code: number, isCut: boolean): number {
  if (code > 0) return code;
  if (isCut || misuses.has(code)) return exitCodes.misconfigured;
  return code < 0 ? exitCodes.internalError : exitCodes.done;
}

/** What still goes on when a command has answered, after a failure that cut it off, ends with the process. */
const lingersMs = 5000;

/** How long the engine may take to end after an error that nothing awaits. */
const giveUpMs = 60_000;

/** Those of stricli's own codes, all negative, that the user can mend. */
const misuses = new Set<number>([ExitCode.UnknownCommand, ExitCode.InvalidArgument]);

/**
 * `ceteris serve-simulated` takes the flags of `vllm serve` as they are, so that it is recognised before any flag is parsed.
 * `simulated-engine` is its older name.
 */
function servesSimulated(command: string, [first]: readonly string[]): boolean {
  if (command === "serve-simulated") return first !== "--help" && first !== "-h";
  return command === "simulated-engine";
}

async function serveSimulated(argv: string[], signal: AbortSignal): Promise<number> {
  const [{ realWorld }, { serveSimulatedCommand }] = await Promise.all([
    import("../world/real-world.ts"),
    import("../commands/serve-simulated.ts"),
  ]);
  return serveSimulatedCommand(realWorld(), { argv }, signal);
}

await main();
