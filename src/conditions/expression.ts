import type { parse } from '@bufbuild/cel';

/** A node of a parsed expression. */
export type Expression = ReturnType<typeof parse>['expr'];
type Kind<C extends Expression['exprKind']['case']> = Extract<Expression['exprKind'], { case: C }>['value'];

export type Call = Kind<'callExpr'>;
export type Select = Kind<'selectExpr'>;
export type Comprehension = Kind<'comprehensionExpr'>;
export type Struct = Kind<'structExpr'>;
export type Constant = Kind<'constExpr'>;

/** Refuses a part of an expression. */
export type Refuse = (expression: Expression, reason: string) => never;

/** The text of a string literal, undefined for anything else. */
export function literalText(expression: Expression | undefined): string | undefined {
  if (expression?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = expression.exprKind.value;
  return constantKind.case === 'stringValue' ? constantKind.value : undefined;
}

/** The name of a variable, undefined for anything else. */
export function variableName(expression: Expression | undefined): string | undefined {
  return expression?.exprKind.case === 'identExpr' ? expression.exprKind.value.name : undefined;
}

/** Puts another text in the place of a string literal. */
export function replaceText(expression: Expression, text: string): void {
  expression.exprKind = {
    case: 'constExpr',
    value: { $typeName: 'cel.expr.Constant', constantKind: { case: 'stringValue', value: text } },
  };
}

/** `first && second`, at the place of the second. */
export function both(first: string, second: Expression): Expression {
  const variable: Expression = {
    $typeName: 'cel.expr.Expr',
    id: second.id,
    exprKind: { case: 'identExpr', value: { $typeName: 'cel.expr.Expr.Ident', name: first } },
  };
  return {
    $typeName: 'cel.expr.Expr',
    id: second.id,
    exprKind: {
      case: 'callExpr',
      value: { $typeName: 'cel.expr.Expr.Call', function: '_&&_', args: [variable, second] },
    },
  };
}
