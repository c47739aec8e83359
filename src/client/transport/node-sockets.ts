import { connect } from "node:net";
import { lookUpOnce } from "./lookup.ts";
import type { SocketBackend } from "./socket-backend.ts";

/** One read of a socket takes at most so much; all sockets read into the same bytes, since each read is used up at once. */
const READ_BYTES = 65_536;

/** Node's own sockets, without its streams: for every system. The time of a read is taken before its bytes are looked at. */
export function createNodeBackend(now: () => number): SocketBackend {
  const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return {
    openSockets({ host, port }) {
      const lookup = lookUpOnce();
      return {
        connect(events) {
          const onread = {
            buffer: readBuffer,
            callback: (length: number) => {
              events.onRead(readBuffer, 0, length, now());
              return true;
            },
          };
          const socket = connect({ host, port, lookup, noDelay: true, onread });
          let failure: Error | null = null;
          socket.on("connect", () => events.onConnect());
          socket.on("error", (error) => (failure = error));
          socket.on("end", () => events.onEnd(now()));
          socket.on("close", () => events.onClose(failure, now()));
          return {
            write: (bytes) => void socket.write(bytes),
            rest: () => {},
            isEnded: () => socket.readableEnded || socket.destroyed,
            destroy: () => void socket.destroy(),
          };
        },
        readHealth: () => null,
        close: () => {},
      };
    },
    dueTimer: null,
  };
}
