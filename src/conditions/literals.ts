import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { parseAddress, toCanonicalAddress } from './address-range';
import { checkPattern, checkRange, IN_RANGES } from './condition-functions';
import type { ConditionType } from './condition-type';
import { type Call, type Expression, literalText, type Refuse, replaceText } from './expression';
import { takesTimeZone, toLocal } from './local-time';

const EPOCH = timestampFromMs(0);

/** Refuses literals that a function could only fail on, and patterns that are not literals: they are compiled now. */
export function checkLiterals(call: Call, refuse: Refuse): void {
  const [argument] = call.args;
  if (!argument) return;
  const text = literalText(argument);
  if (call.function === 'matches') {
    if (text === undefined) refuse(argument, 'the pattern of matches must be a text in quotes');
    else check(argument, refuse, () => checkPattern(text));
  }
  if (text !== undefined && call.function === 'inCidr') check(argument, refuse, () => checkRange(text));
  if (text !== undefined && takesTimeZone(call.function)) check(argument, refuse, () => toLocal(EPOCH, text));
  if (call.function === IN_RANGES) checkRanges(call.args[1], refuse);
}

/** Spells the addresses that another address is compared with in the one way it is spelt. */
export function normaliseAddresses(
  operands: readonly Expression[],
  types: readonly ConditionType[],
  refuse: Refuse,
): void {
  if (!types.includes('address')) return;
  for (const operand of operands) {
    const text = literalText(operand);
    // A request over a unix socket has no address: its text is empty.
    if (text === undefined || text === '') continue;
    check(operand, refuse, () => parseAddress(text));
    replaceText(operand, toCanonicalAddress(text));
  }
}

function checkRanges(list: Expression | undefined, refuse: Refuse): void {
  if (list?.exprKind.case !== 'listExpr') return;
  for (const element of list.exprKind.value.elements) {
    const text = literalText(element);
    if (text !== undefined) check(element, refuse, () => checkRange(text));
  }
}

function check(expression: Expression, refuse: Refuse, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    refuse(expression, (error as Error).message);
  }
}
