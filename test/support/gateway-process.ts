import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMigrated, type TestDatabase } from './databases';
import { freePort } from './free-port';
import { ToldSecrets } from './told-secrets';

const ROOT = join(__dirname, '..', '..');
export const PROCESS_ADMIN_TOKEN = 'admin-token-of-the-process';

/**
 * A gateway in a process of its own, started as its users start it, from the build; `stop` fails the suite when its log
 * tells a secret.
 */
export class GatewayProcess {
  private readonly secrets = new ToldSecrets();

  private constructor(
    readonly child: ChildProcess,
    readonly proxyPort: number,
    readonly adminUrl: string,
    private readonly database: TestDatabase,
    readonly output: string[],
  ) {}

  /** On an embedded database of its own, or on one that another process was killed on. */
  static async start(env: Record<string, string> = {}, given?: TestDatabase): Promise<GatewayProcess> {
    const database = given ?? (await createMigrated());
    const [proxyPort, adminPort] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, [join(ROOT, 'dist/src/main.js'), 'start'], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        PROXY_LISTEN: `127.0.0.1:${proxyPort}`,
        DECISION_LISTEN: '127.0.0.1:0',
        ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
        GATEWARDEN_ADMIN_TOKEN: PROCESS_ADMIN_TOKEN,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    child.stderr.on('data', (chunk) => output.push(String(chunk)));
    const started = new GatewayProcess(child, proxyPort, `http://127.0.0.1:${adminPort}`, database, output);
    await started.untilReady();
    return started;
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${this.proxyPort}`;
  }

  /** Resident memory of the process in bytes (Linux). */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  async admin(method: string, path: string, body?: unknown): Promise<any> {
    const reply = await fetch(`${this.adminUrl}/api/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${PROCESS_ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    this.secrets.note(body);
    const answer = reply.status === 204 ? undefined : await reply.json();
    this.secrets.note(answer);
    return answer;
  }

  /** Ends the process as an orchestrator does and resolves to its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await this.database.drop();
    const told = this.secrets.findIn(this.output.join('').split('\n'));
    if (told.length > 0) throw new Error(`the log tells secrets:\n${told.join('\n')}`);
    return this.child.exitCode;
  }

  /** Ends the process with no warning (SIGKILL) and leaves its database to another. */
  async kill(): Promise<TestDatabase> {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.database;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + 25_000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const reply = await fetch(`${this.adminUrl}/health/ready`).catch(() => undefined);
      if (reply?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the gateway did not become ready:\n${this.output.join('')}`);
  }
}
