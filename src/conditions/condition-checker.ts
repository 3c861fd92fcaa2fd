import { CONDITION_ENV, IN_RANGES } from './condition-functions';
import { TURN } from './condition-scope';
import {
  type ConditionType,
  fromCelType,
  isAssignable,
  isComparable,
  isList,
  isMap,
  join,
  toText,
} from './condition-type';
import {
  both,
  type Call,
  type Comprehension,
  type Constant,
  type Expression,
  type Refuse,
  type Select,
  type Struct,
  variableName,
} from './expression';
import { checkLiterals, normaliseAddresses } from './literals';
import { SUBJECT_FIELDS } from './subject-fields';

const MAX_DEPTH = 100;
const RECORDS: ReadonlySet<string> = new Set(Object.keys(SUBJECT_FIELDS).map((name) => name.split('.')[0] ?? ''));
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Finds the types of an expression and refuses what could only fail, and changes two things on the way: `in` a list of
 * ranges, asked of an address, and every loop, which then counts its turns.
 */
export class ConditionChecker {
  private locals = new Map<string, ConditionType>();
  private depth = 0;

  constructor(private readonly refuse: Refuse) {}

  /** The type of an expression, which is changed in place. */
  check(expression: Expression): ConditionType {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) this.refuse(expression, `parts nest more than ${MAX_DEPTH} deep`);
    const type = this.typeOf(expression);
    this.depth -= 1;
    return type;
  }

  private typeOf(expression: Expression): ConditionType {
    const { exprKind } = expression;
    switch (exprKind.case) {
      case 'constExpr':
        return this.typeOfConstant(expression, exprKind.value);
      case 'identExpr':
        return this.typeOfVariable(expression, exprKind.value.name);
      case 'selectExpr':
        return this.typeOfSelection(expression, exprKind.value);
      case 'callExpr':
        return this.typeOfCall(expression, exprKind.value);
      case 'listExpr':
        return { list: exprKind.value.elements.map((element) => this.check(element)).reduce(join, 'never') };
      case 'structExpr':
        return this.typeOfMap(expression, exprKind.value);
      case 'comprehensionExpr':
        return this.typeOfLoop(expression, exprKind.value);
      default:
        return this.refuse(expression, 'this is no expression');
    }
  }

  private typeOfConstant(expression: Expression, { constantKind }: Constant): ConditionType {
    switch (constantKind.case) {
      case 'boolValue':
        return 'bool';
      case 'stringValue':
        return 'string';
      case 'bytesValue':
        return 'bytes';
      case 'doubleValue':
        return 'double';
      case 'nullValue':
        return 'null';
      case 'int64Value':
        if (constantKind.value >= INT64_MIN && constantKind.value <= INT64_MAX) return 'int';
        return this.refuse(expression, 'the number does not fit 64 bits');
      case 'uint64Value':
        if (constantKind.value < 2n ** 64n) return 'uint';
        return this.refuse(expression, 'the number does not fit 64 bits');
      default:
        return this.refuse(expression, 'this is no literal');
    }
  }

  private typeOfVariable(expression: Expression, name: string): ConditionType {
    const type = this.locals.get(name) ?? (name === 'now' ? 'timestamp' : undefined);
    if (type !== undefined) return type;
    if (RECORDS.has(name)) return this.refuse(expression, `name a field of ${name}: ${fieldsOf(name)}`);
    return this.refuse(expression, `there is no variable ${name}; there are request, principal, route and now`);
  }

  private typeOfSelection(expression: Expression, { operand, field, testOnly }: Select): ConditionType {
    const record = variableName(operand);
    if (record !== undefined && RECORDS.has(record)) {
      const known = SUBJECT_FIELDS[`${record}.${field}`];
      if (!known) return this.refuse(expression, `${record} has no field ${field}; it has ${fieldsOf(record)}`);
      if (testOnly)
        return this.refuse(expression, `${record}.${field} is always there; text that there is none of is ''`);
      return known.type;
    }
    const type = operand ? this.check(operand) : this.refuse(expression, 'a field of nothing');
    if (!isMap(type) && type !== 'dyn') return this.refuse(expression, `${toText(type)} has no fields`);
    if (testOnly) return 'bool';
    return isMap(type) ? type.value : 'dyn';
  }

  private typeOfMap(expression: Expression, { messageName, entries }: Struct): ConditionType {
    if (messageName !== '') this.refuse(expression, `there is no message ${messageName}`);
    const types = entries.map(({ keyKind, value }) => ({
      key: keyKind.case === 'mapKey' ? this.check(keyKind.value) : this.refuse(expression, 'a map needs keys'),
      value: value ? this.check(value) : this.refuse(expression, 'a map needs values'),
    }));
    return {
      key: types.map(({ key }) => key).reduce(join, 'never'),
      value: types.map(({ value }) => value).reduce(join, 'never'),
    };
  }

  private typeOfLoop(expression: Expression, loop: Comprehension): ConditionType {
    const { iterRange, accuInit, loopCondition, loopStep, result, iterVar, accuVar } = loop;
    if (!iterRange || !accuInit || !loopCondition || !loopStep || !result) {
      return this.refuse(expression, 'the loop is not complete');
    }
    if (RECORDS.has(iterVar) || iterVar === 'now') this.refuse(expression, `${iterVar} has a meaning already`);
    const range = this.check(iterRange);
    if (!isList(range) && !isMap(range) && range !== 'dyn')
      this.refuse(iterRange, `${toText(range)} is no list or map`);
    const outer = this.locals;
    const element = isList(range) ? range.list : isMap(range) ? range.key : 'dyn';
    this.locals = new Map([...outer, [accuVar, this.check(accuInit)], [iterVar, element]]);
    this.check(loopCondition);
    this.locals.set(accuVar, this.check(loopStep));
    const type = this.check(result);
    this.locals = outer;
    loop.loopCondition = both(TURN, loopCondition);
    return type;
  }

  private typeOfCall(expression: Expression, call: Call): ConditionType {
    const operands = call.target ? [call.target, ...call.args] : call.args;
    const types = operands.map((operand) => this.check(operand));
    checkLiterals(call, this.refuse);
    const [first = 'never', second = 'never', third = 'never'] = types;
    switch (call.function) {
      case '_==_':
      case '_!=_':
        normaliseAddresses(operands, types, this.refuse);
        if (isComparable(first, second)) return 'bool';
        return this.refuse(expression, `${toText(first)} and ${toText(second)} are never equal`);
      case '@in':
        return this.typeOfIn(expression, call, first, second);
      case '_[_]':
        return this.typeOfIndex(expression, first, second);
      case '_?_:_':
        if (!isAssignable(first, 'bool')) this.refuse(expression, `? needs a bool, not ${toText(first)}`);
        return join(second, third);
      case '@not_strictly_false':
        return 'bool';
      case '_&&_':
      case '_||_':
        for (const [index, type] of types.entries())
          this.expectBool(operands[index] ?? expression, type, call.function);
        return 'bool';
      case '_+_':
        if (isList(first) && isList(second)) return join(first, second);
        return this.typeOfResult(expression, call, types);
      default:
        return this.typeOfResult(expression, call, types);
    }
  }

  private expectBool(expression: Expression, type: ConditionType, name: string): void {
    if (!isAssignable(type, 'bool')) this.refuse(expression, `${operatorOf(name)} needs a bool, not ${toText(type)}`);
  }

  private typeOfIn(expression: Expression, call: Call, needle: ConditionType, among: ConditionType): ConditionType {
    const elements = isList(among) ? among.list : isMap(among) ? among.key : among;
    if (!isList(among) && !isMap(among) && among !== 'dyn') {
      this.refuse(expression, `in needs a list or a map, not ${toText(among)}`);
    }
    if (!isComparable(needle, elements)) {
      this.refuse(expression, `${toText(needle)} is never in ${toText(among)}`);
    }
    if (needle === 'address') {
      call.function = IN_RANGES;
      checkLiterals(call, this.refuse);
    }
    return 'bool';
  }

  private typeOfIndex(expression: Expression, whole: ConditionType, index: ConditionType): ConditionType {
    if (whole === 'dyn') return 'dyn';
    if (isList(whole) && isAssignable(index, 'int')) return whole.list;
    if (isMap(whole) && isComparable(index, whole.key)) return whole.value;
    return this.refuse(expression, `${toText(whole)} has no element [${toText(index)}]`);
  }

  private typeOfResult(expression: Expression, call: Call, types: readonly ConditionType[]): ConditionType {
    const overloads = [...(CONDITION_ENV.funcs.find(call.function) ?? [])];
    if (overloads.length === 0) this.refuse(expression, `there is no function ${call.function}`);
    const fitting = overloads.filter(({ target, arguments: args }) => {
      const expected = [...(target ? [target] : []), ...args].map(fromCelType);
      if ((target !== undefined) !== (call.target !== undefined) || expected.length !== types.length) return false;
      return expected.every((one, index) => isAssignable(types[index] ?? 'never', one));
    });
    const given = types.map(toText).join(', ');
    if (fitting.length === 0) this.refuse(expression, `${operatorOf(call.function)} does not take (${given})`);
    return fitting.map(({ result }) => fromCelType(result)).reduce(join, 'never');
  }
}

function fieldsOf(record: string): string {
  const prefix = `${record}.`;
  const names = Object.keys(SUBJECT_FIELDS).filter((name) => name.startsWith(prefix));
  return names.map((name) => name.slice(prefix.length)).join(', ');
}

/** `_+_` as `+`; the names of other functions as they are. */
function operatorOf(name: string): string {
  return /^_?[^\w@]+_$/.test(name) ? name.replaceAll('_', '') : name;
}
