import type { CelType } from '@bufbuild/cel';

type ScalarName =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  /** A string that is an IP address: `in` with a list of ranges means something else for it. */
  | 'address'
  | 'dyn'
  /** The elements of an empty list. */
  | 'never';

/** What is known of a value before there is one. */
export type ConditionType =
  | ScalarName
  | { readonly list: ConditionType }
  | { readonly key: ConditionType; readonly value: ConditionType };

const NUMERIC: ReadonlySet<ConditionType> = new Set<ConditionType>(['int', 'uint', 'double']);

const OBJECTS: Readonly<Record<string, ScalarName>> = {
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
};

/** The type of a parameter or result of a CEL function. */
export function fromCelType(type: CelType): ConditionType {
  switch (type.kind) {
    case 'list':
      return { list: fromCelType(type.element) };
    case 'map':
      return { key: fromCelType(type.key), value: fromCelType(type.value) };
    case 'object':
      return OBJECTS[type.name] ?? 'dyn';
    case 'scalar':
      if (type.name === 'null_type') return 'null';
      return type.name === 'type' ? 'dyn' : type.name;
  }
}

/** Whether a value of one type may stand where the other is expected. */
export function isAssignable(actual: ConditionType, expected: ConditionType): boolean {
  if (actual === expected || actual === 'dyn' || actual === 'never' || expected === 'dyn') return true;
  if (actual === 'address') return expected === 'string';
  if (typeof actual === 'string' || typeof expected === 'string') return false;
  if ('list' in actual) return 'list' in expected && isAssignable(actual.list, expected.list);
  return !('list' in expected) && isAssignable(actual.key, expected.key) && isAssignable(actual.value, expected.value);
}

/** Whether `==` of the two can ever be true; numbers of any kind can be equal. */
export function isComparable(left: ConditionType, right: ConditionType): boolean {
  if (isAssignable(left, right) || isAssignable(right, left)) return true;
  return NUMERIC.has(left) && NUMERIC.has(right);
}

/** The type of something that is one or the other. */
export function join(left: ConditionType, right: ConditionType): ConditionType {
  if (left === 'never') return right;
  if (right === 'never' || toText(left) === toText(right)) return left;
  if (isList(left) && isList(right)) return { list: join(left.list, right.list) };
  if (isAssignable(left, right) && left === 'address') return right;
  return isAssignable(right, left) && right === 'address' ? left : 'dyn';
}

export function isList(type: ConditionType): type is { readonly list: ConditionType } {
  return typeof type === 'object' && 'list' in type;
}

export function isMap(type: ConditionType): type is { readonly key: ConditionType; readonly value: ConditionType } {
  return typeof type === 'object' && 'key' in type;
}

/** A type as messages name it. */
export function toText(type: ConditionType): string {
  if (typeof type === 'string') return type;
  return isList(type) ? `list(${toText(type.list)})` : `map(${toText(type.key)}, ${toText(type.value)})`;
}
