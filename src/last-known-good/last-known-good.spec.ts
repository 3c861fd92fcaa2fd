import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveDigestKeys } from '../secrets/digest-keys';
import { SecretKeys } from '../secrets/secret-keys';
import type { ClientRow, PolicyRows, PolicySlices } from '../snapshot/policy-rows';
import { databaseName } from './file-place';
import { keysLastSeen } from './keys-last-seen';
import { LastKnownGood } from './last-known-good';
import { PolicyFile } from './policy-file';

const URL = 'postgres://gateway:secret@db.example.com/gatewarden';
const KEYS = new SecretKeys(Buffer.alloc(32, 1));
const OWNER = { keys: KEYS, databaseUrl: URL };

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatewarden-kept-'));
  path = join(directory, 'sub', 'last-known-good');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function aClientRow(clientId: string, clientName = 'Mobile app'): ClientRow {
  const row = { alias: null, status: 'active', tenant: null, requestsPerDay: null } as const;
  return { ...row, clientId, clientName, credentials: [], routeIds: ['route-1'], masks: [3] };
}

function slices(since: number, revision: number, ...rows: PolicyRows[]): PolicySlices {
  return { since, revision, slices: listed(rows) };
}

async function* listed(rows: readonly PolicyRows[]): AsyncGenerator<PolicyRows> {
  yield* rows;
}

async function write(...differences: PolicySlices[]): Promise<void> {
  const [all = slices(0, 1), ...later] = differences;
  const file = await PolicyFile.replace(path, OWNER, all);
  for (const difference of later) await file.append(difference);
  await file.close();
}

async function read(
  databaseUrl = URL,
  keys = KEYS,
): Promise<{ since: number; revision: number; rows: PolicyRows[] } | undefined> {
  const loaded = await new LastKnownGood({ databaseUrl, snapshotFile: path }, keys).load();
  if (!loaded) return undefined;
  const rows: PolicyRows[] = [];
  for await (const slice of loaded.slices) rows.push(slice);
  return { since: loaded.since, revision: loaded.revision, rows };
}

const ALL = { clients: [aClientRow('client-1')] };
const FIRST = { removed: { client: ['client-1'] } };
const SECOND = { clients: [aClientRow('client-2', 'Über-App')] };
const threeParts = () => [slices(0, 7, ALL), slices(7, 8, FIRST), slices(8, 9, SECOND)] as const;

describe('the last-known-good file', () => {
  it('gives back what was written, differences in their order', async () => {
    await write(...threeParts());
    expect(await read()).toEqual({ since: 0, revision: 9, rows: [ALL, FIRST, SECOND] });
  });

  it('gives back more than fits one frame', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ clients: [aClientRow(`client-${i}`, 'x'.repeat(1000))] }));
    await write(slices(0, 1, ...many));
    expect((await read())?.rows).toEqual(many);
  });

  it('is replaced by a later whole', async () => {
    await write(...threeParts());
    await write(slices(0, 3, SECOND));
    expect(await read()).toEqual({ since: 0, revision: 3, rows: [SECOND] });
  });

  it('is nothing where there is none', async () => {
    expect(await read()).toBeUndefined();
  });

  it('shows nothing of what it holds, to nobody but its owner', async () => {
    await write(...threeParts());
    const text = readFileSync(path, 'latin1');
    for (const secret of ['client-1', 'route-1', 'Mobile', 'db.example.com', 'secret'])
      expect(text).not.toContain(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'sub')).mode & 0o777).toBe(0o700);
  });

  it('is refused with any one bit altered', async () => {
    await write(...threeParts());
    const whole = readFileSync(path);
    const before = createHash('sha256').update(whole).digest('hex');
    for (let byte = 0; byte < whole.length; byte += 1) {
      const altered = Buffer.from(whole);
      altered[byte] = (altered[byte] ?? 0) ^ (1 << (byte % 8));
      writeFileSync(path, altered);
      await expect(read()).rejects.toThrow(path);
    }
    expect(createHash('sha256').update(whole).digest('hex')).toBe(before);
  });

  it('loses a revision that was being written when the power went, and only that', async () => {
    await write(...threeParts());
    const whole = readFileSync(path);
    await write(slices(0, 7, ALL), slices(7, 8, FIRST));
    const { size } = statSync(path);
    for (let length = size; length < whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      expect((await read())?.revision).toBe(8);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(100_000)]));
    expect((await read())?.revision).toBe(9);
  });

  it('goes on after a difference that could not be written', async () => {
    const file = await PolicyFile.replace(path, OWNER, slices(0, 7, ALL));
    const failing = { since: 7, revision: 8, slices: failAfter(FIRST) };
    await expect(file.append(failing)).rejects.toThrow('no more rows');
    expect(file.revision).toBe(7);
    await file.append(slices(7, 9, SECOND));
    await file.close();
    expect(await read()).toEqual({ since: 0, revision: 9, rows: [ALL, SECOND] });
  });

  it('is refused with frames left out, moved, doubled, or of another file', async () => {
    await write(...threeParts());
    const [header, ...frames] = partsOf(readFileSync(path));
    await write(...threeParts());
    const [, ...others] = partsOf(readFileSync(path));
    const [one, two, three, ...rest] = frames;
    const hostile = [
      [two, three, ...rest],
      [one, three, two, ...rest],
      [one, one, two, three, ...rest],
      [one, two, others[2], ...rest],
      [...others],
      [one, two, ...rest],
    ];
    for (const order of hostile) {
      writeFileSync(path, Buffer.concat([header, ...order].filter((part) => part !== undefined)));
      await expect(read()).rejects.toThrow(`${path} cannot be used: it was altered or damaged`);
    }
  });

  it.each([
    ['with another master key', URL, new SecretKeys(Buffer.alloc(32, 2)), 'another master key (key id'],
    ['for another database', 'postgres://db.example.com/other', KEYS, 'another database than DATABASE_URL names'],
    ['for another server', 'postgres://db2.example.com/gatewarden', KEYS, 'another database than DATABASE_URL names'],
  ])('is refused when written %s', async (_, url, keys, message) => {
    await write(...threeParts());
    await expect(read(url, keys)).rejects.toThrow(message);
  });

  it.each([
    ['version', 1, 2],
    ['schema', expect.any(String), 'CreateEverything1'],
  ])('is refused when another %s of the gateway wrote it', async (field, before, after) => {
    await write(...threeParts());
    const [header = Buffer.alloc(0), ...frames] = partsOf(readFileSync(path));
    const fields = JSON.parse(header.toString());
    expect(fields[field]).toEqual(before);
    const line = Buffer.from(`${JSON.stringify({ ...fields, [field]: after })}\n`);
    writeFileSync(path, Buffer.concat([line, ...frames]));
    await expect(read()).rejects.toThrow('another version of the gateway wrote it');
  });

  it.each(['', 'x', '\n', '{}\n', 'null\n', '[]\n', `${'x'.repeat(5000)}\n`])(
    'is refused when it is no such file: %j',
    async (text) => {
      await write(...threeParts());
      writeFileSync(path, text);
      await expect(read()).rejects.toThrow(`${path} is no last-known-good file`);
    },
  );

  it('is refused when nothing of it is left but its header', async () => {
    await write(...threeParts());
    truncateSync(path, partsOf(readFileSync(path))[0]?.length);
    await expect(read()).rejects.toThrow('altered or damaged');
  });

  it('is refused when a text was added to it', async () => {
    await write(...threeParts());
    appendFileSync(path, 'a text that is longer than the prefix of a frame');
    await expect(read()).rejects.toThrow('altered or damaged');
  });

  it('is refused when it cannot be read', async () => {
    await write(...threeParts());
    chmodSync(path, 0);
    if (process.getuid?.() === 0) rmSync(path);
    if (process.getuid?.() === 0) path = directory;
    await expect(read()).rejects.toThrow(path);
  });
});

describe('the keys of a kept policy', () => {
  const [FIRST_KEY, SECOND_KEY] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const lastSeen = (masterKey: Buffer, ...previousMasterKeys: Buffer[]) =>
    keysLastSeen({ masterKey, previousMasterKeys, databaseUrl: URL, snapshotFile: path });

  it('are those it was written with, of digests too', async () => {
    const keys = new SecretKeys(SECOND_KEY, { digestKeys: deriveDigestKeys(FIRST_KEY) });
    await (await PolicyFile.replace(path, { keys, databaseUrl: URL }, slices(0, 1))).close();
    const seen = await lastSeen(SECOND_KEY);
    expect(seen?.keyId).toBe(keys.keyId);
    expect(seen?.hasDigestKeysOf(KEYS)).toBe(true);
    await expect(lastSeen(FIRST_KEY)).rejects.toThrow('GATEWARDEN_MASTER_KEY');
  });

  it('open it while the master key is being changed', async () => {
    await write(...threeParts());
    const seen = await lastSeen(SECOND_KEY, FIRST_KEY);
    expect(seen?.keyId).toBe(KEYS.keyId);
    expect((await read(URL, new SecretKeys(SECOND_KEY, { others: [FIRST_KEY] })))?.revision).toBe(9);
  });

  it('are none where none is kept, and refused when they were altered', async () => {
    expect(await lastSeen(FIRST_KEY)).toBeUndefined();
    await write(...threeParts());
    const [header = Buffer.alloc(0), ...frames] = partsOf(readFileSync(path));
    const fields = JSON.parse(header.toString());
    const altered = `${fields.digest_keys.slice(0, -9)}${fields.digest_keys.at(-9) === 'A' ? 'B' : 'A'}${fields.digest_keys.slice(-8)}`;
    const line = Buffer.from(`${JSON.stringify({ ...fields, digest_keys: altered })}\n`);
    writeFileSync(path, Buffer.concat([line, ...frames]));
    await expect(lastSeen(FIRST_KEY)).rejects.toThrow(path);
    await expect(read()).rejects.toThrow(path);
  });
});

describe('databaseName', () => {
  it.each([
    ['postgres://a:b@DB/x', 'postgresql://c:d@db:5432/x?ssl=true'],
    ['mysql://db/x', 'mariadb://root@db:3306/x'],
    ['pglite:./db', `pglite:${join(process.cwd(), 'db')}`],
  ])('is the same for %s and %s', (one, other) => expect(databaseName(one)).toBe(databaseName(other)));

  it.each([
    ['postgres://db/x', 'postgres://db/y'],
    ['postgres://db/x', 'postgres://db:5433/x'],
    ['postgres://db/x', 'mysql://db/x'],
    ['pglite:./db', 'pglite:./db2'],
  ])('differs for %s and %s', (one, other) => expect(databaseName(one)).not.toBe(databaseName(other)));
});

/** The header line and each frame. */
function partsOf(file: Buffer): Buffer[] {
  const start = file.indexOf('\n') + 1;
  const parts = [file.subarray(0, start)];
  for (let at = start; at < file.length; ) {
    const end = at + 16 + file.readUInt32BE(at);
    parts.push(file.subarray(at, end));
    at = end;
  }
  return parts;
}

async function* failAfter(rows: PolicyRows): AsyncGenerator<PolicyRows> {
  yield rows;
  throw new Error('no more rows');
}
