import type { Log } from "./log.ts";

/** The engine's process is gone while requests run: the lines of the recorded death of EngineCore. */
export function logEngineDeath(log: Log): void {
  const shutdown = (place: string, message: string) => log.say("APIServer", "INFO", place, `[shutdown] ${message}`);
  log.say(
    "APIServer",
    "WARNING",
    "core_client.py:817",
    "[shutdown] MPClient: engine core exited unexpectedly; starting cleanup",
  );
  shutdown("core_client.py:770", "MPClient: start timeout=default");
  shutdown("core_client.py:777", "MPClient: complete");
  const error = (message: string) => log.say("APIServer", "ERROR", "async_llm.py:906", message);
  error("AsyncLLM output_handler failed.");
  error("Traceback (most recent call last):");
  error(`vllm.v1.engine.exceptions.EngineDeadError: ${engineDead}`);
}

export const engineDead = "EngineCore encountered an issue. See stack trace (above) for the root cause.";

/** The end by a signal: the lines of the recorded stop. */
export function logStop(log: Log, pid: number): void {
  const shutdown = (place: string, message: string) => log.say("APIServer", "INFO", place, `[shutdown] ${message}`);
  shutdown("launcher.py:254", "API server: shutdown triggered");
  shutdown("launcher.py:270", "API server: stopping engine client mode=abort timeout=0s");
  log.say("EngineCore", "INFO", "core.py:1454", "[shutdown] EngineCore: trigger received signal=SIGTERM");
  log.say("EngineCore", "INFO", "core.py:1499", "[shutdown] EngineCore: exiting busy loop");
  shutdown("launcher.py:279", "API server: engine client stopped");
  shutdown("launcher.py:304", "API server: shutting down FastAPI HTTP server");
  log.raw("INFO:     Shutting down");
  log.raw("INFO:     Waiting for application shutdown.");
  log.raw("INFO:     Application shutdown complete.");
  log.raw(`INFO:     Finished server process [${pid}]`);
}
