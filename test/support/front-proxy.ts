import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DOCKER = join(__dirname, '..', '..', 'docker');
const LOG = 'output.log';
const READY_MS = 10_000;
const POLL_MS = 20;

/** How one program is run on its shipped configuration. */
export interface FrontProxyPlan {
  /** The folder in docker/, or files of the test's own by name. */
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The file whose addresses are replaced, and by what. */
  readonly file?: string;
  readonly addresses?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The command line, given the folder's copy. */
  readonly command: (directory: string) => readonly string[];
}

/** A front proxy run for real: on a copy of its shipped configuration with nothing but addresses changed, unless told so. */
export class FrontProxy {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly directory: string,
  ) {}

  static async start(plan: FrontProxyPlan, port: number): Promise<FrontProxy> {
    const directory = mkdtempSync(join(tmpdir(), 'front-proxy-'));
    if (plan.folder !== undefined) cpSync(join(DOCKER, plan.folder), directory, { recursive: true });
    for (const [name, text] of Object.entries(plan.files ?? {})) writeFileSync(join(directory, name), text);
    if (plan.file !== undefined) replaceAddresses(join(directory, plan.file), plan.addresses ?? {});
    const [program = '', ...args] = plan.command(directory);
    // A file, because a pipe of Node's cannot be opened as /dev/stdout.
    const log = openSync(join(directory, LOG), 'a');
    const env = { ...process.env, ...plan.env };
    const child = spawn(program, args, { cwd: '/', env, stdio: ['ignore', log, log] });
    closeSync(log);
    const proxy = new FrontProxy(child, port, directory);
    await proxy.untilReady();
    return proxy;
  }

  /** All it wrote. */
  get output(): string {
    return readFileSync(join(this.directory, LOG), 'utf8');
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline && this.child.exitCode === null) {
      if (await isListening(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const { output } = this;
    await this.close();
    throw new Error(`the front proxy did not listen on ${this.port}:\n${output}`);
  }
}

/** Whether a program can be run here; says on stderr that its suite is skipped where not. */
export function isInstalled(program: string, versionFlag: string): boolean {
  const isThere = spawnSync(program, [versionFlag], { stdio: 'ignore', timeout: 5_000 }).error === undefined;
  if (!isThere) process.stderr.write(`Skipping the tests behind ${program}: it is not installed.\n`);
  return isThere;
}

function replaceAddresses(file: string, addresses: Readonly<Record<string, string>>): void {
  let text = readFileSync(file, 'utf8');
  for (const [shipped, real] of Object.entries(addresses)) {
    if (text.split(shipped).length !== 2) throw new Error(`“${shipped}” stands in ${file} other than once`);
    text = text.replace(shipped, real);
  }
  writeFileSync(file, text);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
