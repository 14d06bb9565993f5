/** A client's connection, by whichever transport. */
export interface Link {
  send(packet: string): void;
  close(): void;
}

export interface LinkHandlers {
  onOpen: () => void;
  /** `bytes` from `start` to `end`, good only until the call returns. */
  onPacket: (bytes: Buffer, start: number, end: number) => void;
  onEnd: (why: Error) => void;
}
