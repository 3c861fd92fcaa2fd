import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(__dirname, '..', '..', 'dist', 'src', 'main.js');
const READY_MS = 120_000;
const POLL_MS = 20;

/** How a command ended, with all it said. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built command line as a process in a directory, its listeners on free ports. */
export class GatewardenProcess {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  private constructor(args: string[], directory: string, env: Record<string, string>, input = '') {
    this.child = spawnGatewarden(args, directory, env, input === '' ? 'ignore' : 'pipe');
    this.child.stdin?.end(input);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.child, 'close');
  }

  /** Starts a command that keeps running, and resolves when stdout has a match. */
  static async start(args: string[], directory: string, pattern: RegExp, env = {}): Promise<GatewardenProcess> {
    const running = new GatewardenProcess(args, directory, env);
    const deadline = Date.now() + READY_MS;
    while (!pattern.test(running.stdout)) {
      if (running.child.exitCode !== null || Date.now() > deadline) {
        await running.kill();
        throw new Error(`${args.join(' ')} did not get ready.\n${running.stdout}\n${running.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return running;
  }

  /** Runs a command to its end, with this on its standard input. */
  static async run(args: string[], directory: string, env = {}, input = ''): Promise<Outcome> {
    return new GatewardenProcess(args, directory, env, input).outcome();
  }

  /** Asks the process to stop and tells how it did. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
    this.child.kill(signal);
    return this.outcome();
  }

  /** Takes the process away, whatever it does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private async outcome(): Promise<Outcome> {
    await this.ended;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Starts a command of the built program and waits for nothing. */
export function spawnGatewarden(
  args: string[],
  directory: string,
  env: Record<string, string>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build, or the tests by npm test.`);
  const listen = { PROXY_LISTEN: '127.0.0.1:0', DECISION_LISTEN: '127.0.0.1:0', ADMIN_LISTEN: '127.0.0.1:0' };
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...listen, ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
}

/** An empty directory to run in; `remove` takes it away with all a gateway left there. */
export function newRunDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'gatewarden-run-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
