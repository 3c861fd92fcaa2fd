import type { CelInput } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ConditionSubject } from '../core/conditions/condition';
import { SUBJECT_FIELDS } from './subject-fields';

/** The variable that every turn of a loop reads; no expression can name it. */
export const TURN = '@turn';
const MAX_TURNS = 10_000;

/** The variables of one evaluation, under their full names, each worked out when it is read. */
export function conditionScope(subject: ConditionSubject): Record<string, CelInput> {
  return new Scope(subject) as unknown as Record<string, CelInput>;
}

class Scope {
  private readonly known = new Map<string, CelInput>();
  private turns = 0;

  constructor(private readonly subject: ConditionSubject) {}

  get now(): CelInput {
    return timestampFromMs(this.subject.nowMs);
  }

  /** @throws Error when the loops of the evaluation have turned too often, whatever the expression makes of faults */
  get [TURN](): boolean {
    this.turns += 1;
    if (this.turns > MAX_TURNS) throw new Error(`the condition takes more than ${MAX_TURNS} turns`);
    return true;
  }

  field(name: string, read: (subject: ConditionSubject) => unknown): CelInput {
    let value = this.known.get(name);
    if (value === undefined) {
      value = read(this.subject) as CelInput;
      this.known.set(name, value);
    }
    return value;
  }
}

for (const [name, { read }] of Object.entries(SUBJECT_FIELDS)) {
  Object.defineProperty(Scope.prototype, name, {
    get(this: Scope) {
      return this.field(name, read);
    },
  });
}
