import { ArrivalClock } from "../epoll/arrival-clock.ts";
import { Arrivals } from "../epoll/arrivals.ts";
import { DelayHistogram } from "../epoll/delay-histogram.ts";
import type { Heard } from "../epoll/intake.ts";
import { CLOSE_ON_EXEC, nativeBytes, NON_BLOCKING, type Libc } from "../epoll/libc.ts";
import { Poller } from "../epoll/poller.ts";
import { openRingMemory } from "./ring-memory.ts";
import { Ring } from "./ring.ts";

const LOCAL = 1;
const STREAM = 1;

const BUFFERS = 2;
/** More than there are buffers, so that the first is used again. */
const BYTES = 4;

let known: boolean | undefined;

/**
 * True where a ring tells of bytes, one read after the other, and of their end, without being asked again: tried once, on a pair of sockets.
 * A kernel or a sandbox that gives a ring may lack some of what is asked of it, and a load would wait for ever.
 */
export function ringWorks(libc: Libc): boolean {
  return (known ??= tried(libc));
}

function tried(libc: Libc): boolean {
  const memory = openRingMemory(libc, BUFFERS);
  if (memory === null) return false;
  const { words, bytes, address } = nativeBytes(8);
  if (libc.socketpair(LOCAL, STREAM | CLOSE_ON_EXEC | NON_BLOCKING, 0, address) !== 0) {
    memory.unmap();
    return false;
  }
  const [here = 0, there = 0] = words;
  const clock = new ArrivalClock(libc, () => 0);
  const poller = new Poller(libc, clock);
  const ring = new Ring(libc, memory, new Arrivals(clock, new DelayHistogram()), poller);
  let heardBytes = 0;
  let heardEnd = false;
  const heard: Heard = {
    onBytes: (_buffer, from, to) => void (heardBytes += to - from),
    onEndOfBytes: () => void (heardEnd = true),
    onReadError: () => {},
  };
  const slot = ring.hear(here, heard);
  let inTime = 0;
  for (let byte = 1; byte <= BYTES; byte += 1) {
    bytes.fill(byte);
    libc.write(there, address, 1);
    poller.look();
    if (heardBytes === byte) inTime += 1;
  }
  libc.close(there);
  poller.look();
  ring.forget(slot);
  libc.close(here);
  ring.close();
  poller.close();
  return inTime === BYTES && heardEnd;
}
