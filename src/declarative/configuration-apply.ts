import { Injectable } from '@nestjs/common';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { assertMatches } from '../admin-api/etag';
import type { FieldChange } from '../admin-api/put';
import { type PolicyTransaction, PolicyWriter, Unchanged } from '../database/policy-writer';
import { invalidFields } from '../errors/refusals';
import { type Absentee, Absentees } from './absentees';
import { pointerOf, type ReadFile } from './configuration-file.schema';
import { DECLARED_TYPES, type DeclaredType } from './declared.schema';
import { DeclaredWriter } from './declared-writer';
import { toWanted } from './wanted';

/** One difference between the policy and a file. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete';
  readonly type: DeclaredType;
  readonly name: string;
  readonly diff: Readonly<Record<string, FieldChange>>;
}

/** What an application came to; a dry run names the revision it was compared with. */
export interface Applied {
  readonly revision: number;
  readonly changes: readonly Change[];
}

export interface ApplyOptions {
  readonly isDryRun: boolean;
  readonly ifMatch: string | undefined;
}

/** Whatever refers to others goes before they are put, services and issuers once nothing leads to them any more. */
const DROPPED_FIRST: readonly DeclaredType[] = [
  'permission',
  'rate_limit',
  'client',
  'route',
  'protect_key',
  'webhook',
];
const DROPPED_LAST: readonly DeclaredType[] = ['service', 'issuer'];

/** Makes the policy what a file says, in one transaction: the sections it names, and of those all there is. */
@Injectable()
export class ConfigurationApply {
  constructor(
    private readonly writer: PolicyWriter,
    private readonly declared: DeclaredWriter,
    private readonly absentees: Absentees,
  ) {}

  async apply(file: ReadFile, { isDryRun, ifMatch }: ApplyOptions): Promise<Written<Applied>> {
    const { value: changes, revision } = await this.writer.write<readonly Change[]>(async (tx) => {
      assertMatches(ifMatch, { revision: tx.revision - 1 });
      const made = await this.change(tx, file);
      return isDryRun || made.length === 0 ? new Unchanged(made) : made;
    });
    return { value: { revision, changes }, revision };
  }

  private async change(tx: PolicyTransaction, file: ReadFile): Promise<Change[]> {
    const dropped = await this.drop(tx, file, DROPPED_FIRST);
    const put = await this.put(tx, file);
    return [...put, ...dropped, ...(await this.drop(tx, file, DROPPED_LAST))];
  }

  private async put(tx: PolicyTransaction, file: ReadFile): Promise<Change[]> {
    const entries = DECLARED_TYPES.flatMap((type) => file.get(type) ?? []);
    await this.declared.putAll(tx, entries);
    const faults = entries.flatMap((entry) =>
      entry.faults.map(({ pointer, message }) => ({ pointer: pointerOf(entry, pointer), message })),
    );
    if (faults.length > 0) throw invalidFields(faults);
    return entries.flatMap(({ type, label: name, put }): Change[] =>
      put && put.action !== 'unchanged' ? [{ action: put.action, type, name, diff: put.diff }] : [],
    );
  }

  private async drop(tx: PolicyTransaction, file: ReadFile, types: readonly DeclaredType[]): Promise<Change[]> {
    const lost: Absentee[] = [];
    for (const type of types) {
      const entries = file.get(type);
      if (!entries) continue;
      const found = await this.absentees.find(tx, type, toWanted(type, entries));
      for (const { drop } of found) await drop(tx);
      lost.push(...found);
    }
    return lost.map(({ type, name }): Change => ({ action: 'delete', type, name, diff: {} }));
  }
}
