import { ChaosScene } from '../support/chaos-scene';
import { PROCESS_ADMIN_TOKEN } from '../support/gateway-process';
import type { OwnServer, ServerKind } from '../support/own-server';
import { installedServers, MARIADB, OWN_REDIS, POSTGRES } from '../support/own-servers';
import { type CallReport, SteadyLoad } from '../support/steady-load';
import { pause, until } from '../support/until';

const OUTAGE_MS = 60_000;
const SHORT_MS = 12_000;
/** A reply that needs what is away comes within this time, whatever else the machine does. */
const ANSWERED_WITHIN_MS = 8_000;
/** Far shorter than any outage, and long enough for a busy machine. */
const LONGEST_GAP_MS = 5_000;
const WHOLE = '200 up up';

interface Scenario {
  readonly title: string;
  readonly kind: ServerKind;
  readonly hasRedis: boolean;
  /** What needs nothing of what goes away, and so never answers 503. */
  readonly untouched: readonly string[];
  disturb(scene: ChaosScene): Promise<void>;
}

const DATABASE_ALONE = ['signed'];
const REDIS_ALONE = ['admin read', 'admin write', 'log-in'];

const scenarios: Scenario[] = [
  {
    title: 'PostgreSQL stopped for 60 s',
    kind: POSTGRES,
    hasRedis: false,
    untouched: DATABASE_ALONE,
    disturb: ({ database }) => stopForAMinute(database),
  },
  {
    title: 'MariaDB stopped for 60 s',
    kind: MARIADB,
    hasRedis: false,
    untouched: DATABASE_ALONE,
    disturb: ({ database }) => stopForAMinute(database),
  },
  {
    title: 'Redis stopped for 60 s',
    kind: POSTGRES,
    hasRedis: true,
    untouched: REDIS_ALONE,
    disturb: ({ redis }) => stopForAMinute(redis),
  },
  {
    title: 'PostgreSQL and Redis stopped for 60 s',
    kind: POSTGRES,
    hasRedis: true,
    untouched: [],
    disturb: ({ database, redis }) => stopForAMinute(database, redis),
  },
  {
    title: 'PostgreSQL restarted three times and frozen, Redis frozen',
    kind: POSTGRES,
    hasRedis: true,
    untouched: [],
    disturb: async (scene) => {
      await restartThrice(scene);
      await freeze(scene, 'database');
      await freeze(scene, 'redis');
    },
  },
  {
    title: 'MariaDB restarted three times and frozen',
    kind: MARIADB,
    hasRedis: false,
    untouched: DATABASE_ALONE,
    disturb: async (scene) => {
      await restartThrice(scene);
      await freeze(scene, 'database');
    },
  },
];

async function stopForAMinute(...servers: (OwnServer | undefined)[]): Promise<void> {
  await Promise.all(servers.map((server) => server?.stop()));
  await pause(OUTAGE_MS);
  await Promise.all(servers.map((server) => server?.start()));
}

async function restartThrice({ database }: ChaosScene): Promise<void> {
  for (let time = 0; time < 3; time += 1) {
    await database.restart();
    await pause(2_000);
  }
}

async function freeze(scene: ChaosScene, which: 'database' | 'redis'): Promise<void> {
  await until(async () => (await scene.readiness()) === WHOLE);
  scene[which]?.freeze();
  await pause(SHORT_MS);
  scene[which]?.thaw();
}

interface Outcome {
  readonly reports: Record<string, CallReport>;
  readonly isWholeAgain: boolean;
  /** The clients that were acknowledged, and those the database has. */
  readonly written: { readonly acknowledged: number; readonly stored: number };
}

/** One after the other: a start takes a processor, what comes after it hardly any. */
let opening: Promise<unknown> = Promise.resolve();

function openInTurn({ kind, hasRedis }: Scenario): Promise<ChaosScene> {
  const opened = opening.then(() => ChaosScene.open(kind, hasRedis));
  opening = opened.catch(() => undefined);
  return opened;
}

async function play(scenario: Scenario): Promise<Outcome> {
  const { title, disturb } = scenario;
  const scene = await openInTurn(scenario);
  try {
    const load = new SteadyLoad();
    load.start(scene.calls);
    await pause(2_000);
    await disturb(scene);
    const isWholeAgain = await until(async () => (await scene.readiness()) === WHOLE).then(
      () => true,
      () => false,
    );
    await pause(2_000);
    const reports = Object.fromEntries((await load.stop()).map((report) => [report.name, report]));
    process.stderr.write(toText(title, reports));
    const stored = await countClients(scene);
    return { reports, isWholeAgain, written: { acknowledged: reports['admin write']?.statuses[201] ?? 0, stored } };
  } finally {
    await scene.close();
  }
}

/** Two of them were there before. */
async function countClients({ gateway }: ChaosScene): Promise<number> {
  const headers = { authorization: `Bearer ${PROCESS_ADMIN_TOKEN}` };
  const reply = await fetch(`${gateway.adminUrl}/api/admin/clients?limit=1`, { headers });
  return Number(reply.headers.get('x-total-count')) - 2;
}

function toText(title: string, reports: Record<string, CallReport>): string {
  const lines = Object.values(reports).map(({ name, statuses, wrong, slowestMs, longestGapMs }) => {
    const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    const gap = `longest gap ${Math.round(longestGapMs)} ms, slowest ${Math.round(slowestMs)} ms`;
    return `  ${name}: ${counts.join(', ')}; ${wrong.length} wrong; ${gap}\n`;
  });
  return `${title}\n${lines.join('')}`;
}

const installed = installedServers([POSTGRES, MARIADB, OWN_REDIS], 'outages');
const playable = scenarios.filter(
  ({ kind, hasRedis }) => installed.includes(kind) && (!hasRedis || installed.includes(OWN_REDIS)),
);

// All at once: most of what they take is waiting.
const outcomes = new Map<Scenario, PromiseSettledResult<Outcome>>();
beforeAll(async () => {
  const settled = await Promise.allSettled(playable.map(play));
  for (const [index, scenario] of playable.entries()) {
    const outcome = settled[index];
    if (outcome) outcomes.set(scenario, outcome);
  }
}, 240_000);

describe.each(playable)('$title', (scenario) => {
  let outcome: Outcome;
  beforeAll(() => {
    const settled = outcomes.get(scenario);
    if (settled?.status !== 'fulfilled') throw settled?.reason;
    outcome = settled.value;
  });
  const report = (name: string): CallReport => {
    const found = outcome.reports[name];
    if (!found) throw new Error(`nothing was called ${name}`);
    return found;
  };

  it('makes no decision wrong, and nothing answer but with 503 and Retry-After', () => {
    for (const { name, wrong } of Object.values(outcome.reports)) expect([name, wrong]).toEqual([name, []]);
    for (const name of ['allowed', 'revoked', 'unknown', 'door allowed', 'signed', 'admin read']) {
      expect(Object.values(report(name).statuses).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
    }
  });

  it('lets what does not need it go on without a gap', () => {
    for (const name of ['allowed', 'revoked', 'unknown', 'door allowed', 'door unknown', 'ready']) {
      expect([name, report(name).longestGapMs < LONGEST_GAP_MS]).toEqual([name, true]);
    }
    for (const name of scenario.untouched) expect([name, report(name).statuses[503]]).toEqual([name, undefined]);
  });

  it('answers soon what needs it, and is whole again afterwards', () => {
    for (const { name, slowestMs } of Object.values(outcome.reports)) {
      expect([name, slowestMs < ANSWERED_WITHIN_MS]).toEqual([name, true]);
    }
    expect(outcome.isWholeAgain).toBe(true);
    const touched = Object.values(outcome.reports).filter(({ statuses }) => statuses[503] !== undefined);
    expect(touched.length).toBeGreaterThan(0);
  });

  it('loses no write that was acknowledged', () => {
    const { acknowledged, stored } = outcome.written;
    expect(acknowledged).toBeGreaterThan(0);
    expect(stored).toBeGreaterThanOrEqual(acknowledged);
  });
});
