/** Who hears of one connection's bytes. */
export interface Heard {
  /** Bytes of a buffer that is lent for the call, and when they arrived. */
  onBytes(buffer: Buffer, from: number, to: number, atNs: number): void;
  onEndOfBytes(): void;
  /** With an errno. */
  onReadError(errno: number): void;
}

/** How what arrives on connections is read. */
export interface Intake {
  /** What a connected descriptor is watched for, beside what its writer asks. */
  readonly mask: number;
  /** What comes on a descriptor from now on, and what has come, is told. Returns what it is known by. */
  hear(fd: number, heard: Heard): number;
  /** The descriptor has what `mask` asks for. */
  isReadable(fd: number, heard: Heard): void;
  /** To be called before the descriptor is closed. */
  forget(known: number): void;
  close(): void;
}
