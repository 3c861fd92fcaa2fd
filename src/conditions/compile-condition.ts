import { isCelError, parse, plan } from '@bufbuild/cel';
import type { Condition, ConditionSubject } from '../core/conditions/condition';
import { ConditionChecker } from './condition-checker';
import { ConditionError } from './condition-error';
import { CONDITION_ENV } from './condition-functions';
import { conditionScope } from './condition-scope';
import { isAssignable, toText } from './condition-type';
import type { Refuse } from './expression';
import { RememberedLiterals } from './remembered-literals';

const MAX_LENGTH = 4096;
const MAX_BRACKETS = 128;

const compiled = new RememberedLiterals(compile);

/**
 * Compiles an expression of the Common Expression Language into a condition; equal ones are compiled once.
 * @throws ConditionError with the place and reason when it is no expression, names what is not there, could only fail, or
 * may cost too much
 */
export function compileCondition(source: string): Condition {
  return compiled.get(source);
}

function compile(source: string): Condition {
  refuseExcess(source);
  const { expr, sourceInfo } = parseSource(source);
  const refuse: Refuse = (expression, reason) => {
    throw ConditionError.at(source, sourceInfo?.positions[String(expression.id)] ?? 0, reason);
  };
  const type = new ConditionChecker(refuse).check(expr);
  if (!isAssignable(type, 'bool')) refuse(expr, `a condition is true or false, not ${toText(type)}`);
  const evaluate = plan(CONDITION_ENV, expr);
  return {
    source,
    isMet: (subject: ConditionSubject) => {
      const result = evaluate(conditionScope(subject));
      if (isCelError(result)) throw result;
      if (typeof result !== 'boolean') throw new TypeError('the condition is neither true nor false');
      return result;
    },
  };
}

/** What the parser would take too long over. */
function refuseExcess(source: string): void {
  if (source.length > MAX_LENGTH) {
    throw ConditionError.at(source, MAX_LENGTH, `a condition has at most ${MAX_LENGTH} characters`);
  }
  const brackets = [...source.matchAll(/[([{]/g)];
  const excess = brackets[MAX_BRACKETS];
  if (excess) throw ConditionError.at(source, excess.index, `a condition has at most ${MAX_BRACKETS} brackets`);
}

function parseSource(source: string): ReturnType<typeof parse> {
  try {
    return parse(source);
  } catch (error) {
    throw toConditionError(source, error);
  }
}

function toConditionError(source: string, error: unknown): ConditionError {
  if (error instanceof RangeError) return ConditionError.at(source, 0, 'parts nest too deep');
  const { location, message } = error as Error & { location?: { start: { offset: number } } };
  return ConditionError.at(source, location?.start.offset ?? 0, message.replace(/^<input>:\d+:\d+: /, ''));
}
