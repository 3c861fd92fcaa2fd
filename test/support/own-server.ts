import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port';

/** How one kind of server is made and started; commands run in its directory. */
export interface ServerKind {
  readonly name: string;
  /** The system's user it runs as where the tests run as root. */
  readonly user: string | undefined;
  /** Where clients find it, given its port. */
  url(port: number): string;
  /** Makes an empty data directory. */
  install(directory: string): readonly string[];
  command(port: number, directory: string): readonly string[];
  /** The signal that ends it without waiting for its clients. */
  readonly stopSignal: NodeJS.Signals;
}

/** A server of a test's own, on a free port and in a directory that goes with it: it may be stopped, killed and frozen. */
export class OwnServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly kind: ServerKind,
    readonly port: number,
    private readonly directory: string,
  ) {}

  static async start(kind: ServerKind): Promise<OwnServer> {
    const directory = mkdtempSync(join(tmpdir(), `gatewarden-${kind.name}-`));
    if (kind.user !== undefined && process.getuid?.() === 0) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, kind.user ?? ''])));
      chownSync(directory, uid ?? 0, gid ?? 0);
    }
    const server = new OwnServer(kind, await freePort(), directory);
    const [program, ...given] = server.asUser(kind.install(directory));
    await promisify(execFile)(program ?? '', given, { cwd: directory, timeout: 60_000 });
    await server.start();
    return server;
  }

  get url(): string {
    return this.kind.url(this.port);
  }

  async start(): Promise<void> {
    const [program, ...given] = this.asUser(this.kind.command(this.port, this.directory));
    const child = spawn(program ?? '', given, { cwd: this.directory, stdio: 'ignore' });
    this.child = child;
    const deadline = Date.now() + 30_000;
    while (!(await isListening(this.port))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${this.kind.name} did not start`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    this.signal(this.kind.stopSignal);
    await exited;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Its processes stand still: connections stay, new ones are taken by the kernel, and nothing is answered. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  async close(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Stopping goes to the server itself, which ends the processes it has made; freezing goes to all of them. */
  private signal(signal: NodeJS.Signals): void {
    const own = this.child?.pid;
    if (own === undefined) return;
    const family = descendants(own);
    const server = family[0] ?? own;
    const isForAll = signal === 'SIGSTOP' || signal === 'SIGCONT';
    for (const pid of isForAll ? [own, ...family] : [server]) send(pid, signal);
  }

  /** `runuser` stays as the parent of what it runs. */
  private asUser(command: readonly string[]): string[] {
    const { user } = this.kind;
    if (user === undefined || process.getuid?.() !== 0) return [...command];
    return ['runuser', '-u', user, '--', ...command];
  }
}

/** The processes below one, each after its parent. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
