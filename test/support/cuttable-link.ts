import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut or frozen, to see what its clients do then. */
export class CuttableLink {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private isFrozen = false;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (socket) => this.connect(socket));
  }

  static async to(targetPort: number): Promise<CuttableLink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CuttableLink(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Hangs up on everybody, and on whoever comes. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay and are taken, but nothing comes through. */
  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.pause().unpipe();
  }

  restore(): void {
    this.isCut = false;
    this.isFrozen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connect(socket: Socket): void {
    this.keep(socket);
    if (this.isCut) socket.destroy();
    if (this.isCut || this.isFrozen) return;
    const target = connect(this.targetPort, '127.0.0.1');
    this.keep(target);
    socket.pipe(target).pipe(socket);
    socket.once('close', () => target.destroy());
    target.once('close', () => socket.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}
