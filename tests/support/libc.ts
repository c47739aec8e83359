import { loadLibc, type Libc } from "../../src/client/native/libc.ts";

/** The C library, where this Node can call it. On Linux the packaged one can: there a test that lacks it fails. */
export const libc: Libc | null = loadLibc();
