const hasThreads = "threadCpuUsage" in process;

/**
 * CPU seconds that this thread has used: the one that sends and reads. The process's own figure counts V8's helpers and other
 * workers as well, so that it passes a core long before this thread does. Before Node 23.9 only the process's is there.
 */
export function threadCpuS(): number {
  const { user, system } = hasThreads ? process.threadCpuUsage() : process.cpuUsage();
  return (user + system) / 1e6;
}
