/** Uses a share of a core until it is ended: `node bench/side-by-side/burn.ts 0.6`. In turns of a millisecond or two, as a client does that is woken for each token. */

const periodMs = 2;
const share = Math.min(1, Math.max(0, Number(process.argv[2])));
const cell = new Int32Array(new SharedArrayBuffer(4));
const startMs = performance.now();

for (let turn = 1; ; turn += 1) {
  // Its own account, so that what others took from it is made up for.
  const { user, system } = process.cpuUsage();
  const owedMs = share * (performance.now() - startMs) - (user + system) / 1000;
  for (const endMs = performance.now() + Math.min(owedMs, periodMs); performance.now() < endMs;);
  Atomics.wait(cell, 0, 0, Math.max(0, startMs + turn * periodMs - performance.now()) || (1 - share) * periodMs);
}
