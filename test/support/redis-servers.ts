import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';

const READY_MS = 10_000;

/** Redis servers of a suite's own, on free ports, in a directory of their own. */
export class RedisServers {
  private readonly directory = mkdtempSync(join(tmpdir(), 'gatewarden-redis-'));
  private readonly children = new Map<number, ChildProcess>();

  /** Starts one with these options and resolves to its port. */
  async start(options: readonly string[] = [], portOption = '--port'): Promise<number> {
    const port = await freePort();
    const plain = portOption === '--port' ? [] : ['--port', '0'];
    const own = ['--save', '', '--dir', this.directory, '--dbfilename', `${port}.rdb`, ...plain];
    await this.run(port, [...own, portOption, String(port), ...options]);
    return port;
  }

  /** A sentinel that calls the server on a port `mymaster`, and decides alone. */
  async startSentinel(masterPort: number): Promise<number> {
    const port = await freePort();
    const file = join(this.directory, `${port}.conf`);
    const lines = [
      `port ${port}`,
      `sentinel monitor mymaster 127.0.0.1 ${masterPort} 1`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 5000',
    ];
    writeFileSync(file, lines.join('\n'));
    await this.run(port, [file, '--sentinel']);
    return port;
  }

  /** Nodes that share the slots between them. */
  async startCluster(count: number): Promise<number[]> {
    const ports: number[] = [];
    while (ports.length < count) {
      // The bus listens ten thousand above, which must be a port too.
      const bus = String(await freePort());
      const file = `nodes-${ports.length}.conf`;
      const cluster = ['--cluster-enabled', 'yes', '--cluster-config-file', file, '--cluster-port', bus];
      ports.push(await this.start(cluster));
    }
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], {
      stdio: 'pipe',
      timeout: 60_000,
    });
    return ports;
  }

  async kill(port: number): Promise<void> {
    const child = this.children.get(port);
    if (!child) throw new Error(`there is no server on ${port}`);
    this.children.delete(port);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async stop(): Promise<void> {
    for (const port of [...this.children.keys()]) await this.kill(port);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async run(port: number, args: readonly string[]): Promise<void> {
    const child = spawn('redis-server', args, { cwd: this.directory, stdio: 'ignore' });
    this.children.set(port, child);
    const deadline = Date.now() + READY_MS;
    while (!(await isListening(port))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`redis-server ${args.join(' ')} failed`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** True when the server can be started here; says on stderr what is skipped when it cannot. */
export function hasRedisServer(skipped: string): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    process.stderr.write(`Skipping ${skipped}: there is no redis-server to start.\n`);
    return false;
  }
}
