import type { ServerResponse } from "node:http";

/** The body of a streamed answer. */
export interface EventStream {
  /** Goes to the socket before the call is over, so that the time after it is the time of the write. */
  write(text: string): void;
  /** The last of it, and the end of the answer, in one write. */
  end(text: string): void;
}

/**
 * The body of a response whose head, which names no length, was flushed. The pieces are framed here: Node's own `write`
 * hands four buffers to the socket for each, and that only when the turn is over, after all other streams of the step.
 */
export function eventStream(response: ServerResponse): EventStream {
  return {
    write(text) {
      const { socket } = response;
      // Where an earlier answer still holds the connection, and after the client has gone, Node knows what to do.
      if (socket === null || !response.chunkedEncoding) response.write(text);
      else socket.write(framed(text));
    },
    end(text) {
      const { socket } = response;
      if (socket === null || !response.chunkedEncoding) return void response.end(text);
      socket.cork();
      socket.write(framed(text));
      response.end();
      socket.uncork();
    },
  };
}

/** RFC 9112, section 7.1. A chunk of no length would end the body. */
function framed(text: string): string {
  return text === "" ? "" : `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
