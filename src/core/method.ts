/** The request methods a route may configure (RFC 9110 section 9, RFC 5789). */
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

export type Method = (typeof METHODS)[number];

/** A set of methods as bits, in the order of METHODS; 0 for a method no route can configure. */
export type MethodMask = number;

const BITS = new Map<string, MethodMask>(METHODS.map((method, index) => [method, 1 << index]));

/** The bit of one method, 0 when it is not one of METHODS. */
export function methodBit(method: string): MethodMask {
  return BITS.get(method) ?? 0;
}

/** The mask of several methods; unknown names add nothing. */
export function methodMask(methods: Iterable<string>): MethodMask {
  let mask = 0;
  for (const method of methods) mask |= methodBit(method);
  return mask;
}
