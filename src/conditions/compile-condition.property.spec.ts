import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { aRequest, aRoute, NOW_MS } from '../../test/support/policy';
import type { Condition } from '../core/conditions/condition';
import { NOBODY } from '../core/principal';
import { compileCondition } from './compile-condition';
import { ConditionError } from './condition-error';

const subject = {
  request: aRequest({ target: '/orders/1?a=1&b=2&b=3', headers: { 'X-Env': 'prod' } }),
  principal: NOBODY,
  route: aRoute(),
  nowMs: NOW_MS,
};

const PIECES = [
  ...[
    'request',
    'principal',
    'route',
    'now',
    'request.ip',
    'request.headers',
    'request.query',
    'principal.claims',
    'x',
  ],
  ...[
    '.',
    ',',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    '?',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    '==',
    '!=',
    '<',
    '>=',
    '&&',
    '||',
  ],
  ...[' in ', ' ', '\n', "'10.0.0.0/8'", "'a'", "'", '"', 'r"', '1', '0u', '1.5', 'true', 'null', 'b"\\x00"', '"""'],
  ...[
    '.exists(x, ',
    '.all(x, ',
    '.map(x, ',
    '.filter(x, ',
    'has(',
    'size(',
    'int(',
    'timestamp(',
    '.matches(',
    '.inCidr(',
  ],
  ...['__proto__', 'constructor', '@turn', '@in_ranges', '\u0000', '\ud800', 'é', '//', '\\', '9'.repeat(25)],
];
const source = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function tryCompile(text: string): Condition | undefined {
  try {
    return compileCondition(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ConditionError);
    const { line, column, reason } = error as ConditionError;
    expect([line > 0, column > 0, reason.length > 0]).toEqual([true, true, true]);
    return undefined;
  }
}

describe('any text', () => {
  it('is a condition or refused with its place, and never anything else', () => {
    holds(
      fc.property(source, (text) => {
        tryCompile(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is a condition answers true or false, or throws', () => {
    const operand = fc.constantFrom(
      ...["request.ip in ['192.0.2.0/24']", 'request.is_secure', "request.headers['x-env'] == 'prod'", 'true', 'false'],
      ...[
        "request.headers['x-absent'] == ''",
        "request.query.b == '2'",
        '1 / 0 == 1',
        'principal.claims.admin',
        'has(request.query.a)',
      ],
      ...[
        "principal.roles.exists(r, r == 'a')",
        "request.path.matches('^/o')",
        "now > timestamp('2020-01-01T00:00:00Z')",
      ],
    );
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        operand,
        tie('expression').map((one) => `!(${one})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('&&', '||', '=='), tie('expression'))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
        fc
          .tuple(tie('expression'), tie('expression'), tie('expression'))
          .map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
      ),
    }));
    let answered = 0;
    holds(
      fc.property(expression, (text) => {
        const condition = tryCompile(text);
        if (!condition) throw new Error(`not compiled: ${text}`);
        try {
          expect(typeof condition.isMet(subject)).toBe('boolean');
          answered += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 800 },
    );
    expect(answered).toBeGreaterThan(150);
  });
});
