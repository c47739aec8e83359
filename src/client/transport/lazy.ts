import type { CreateTransport, Transport } from "./transport.ts";

/** A transport whose code is loaded when it is first used, so that a start without it does not wait for it. */
export function loadedWhenUsed(load: () => Promise<CreateTransport>): CreateTransport {
  return (options) => {
    let ready: Transport | null = null;
    let loading: Promise<Transport> | null = null;
    const use = (): Promise<Transport> => (loading ??= load().then((create) => (ready = create(options))));
    return {
      open: async (count) => (await use()).open(count),

      send(path, body, receiver) {
        if (ready) return ready.send(path, body, receiver);
        let cancel: (() => void) | null = null;
        let cancelled = false;
        const sendWhenLoaded = async (): Promise<void> => {
          const transport = await use();
          if (!cancelled) cancel = transport.send(path, body, receiver);
        };
        void sendWhenLoaded();
        return () => {
          cancelled = true;
          cancel?.();
        };
      },

      largestRead: () => ready?.largestRead() ?? null,

      readHealth: () => ready?.readHealth() ?? null,

      dueTimer: () => ready?.dueTimer() ?? null,

      async close() {
        await (await loading)?.close();
      },
    };
  };
}
