// The part of package "ws" that the tests use; it comes without types.
declare module "ws" {
  export interface Socket {
    send(text: string): void;
    terminate(): void;
    on(event: "message", listener: (data: Buffer) => void): void;
  }
  export class WebSocketServer {
    constructor(options: { port: number });
    address(): { port: number };
    close(): void;
    on(event: "connection", listener: (socket: Socket) => void): void;
    once(event: "listening", listener: () => void): void;
  }
}
