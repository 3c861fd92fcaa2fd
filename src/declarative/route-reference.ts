import { z } from 'zod';
import { parseDomain } from '../core/routing/domain';
import { parsePattern, routeMatchKey } from '../core/routing/pattern';
import { PatternError } from '../core/routing/pattern-error';

/** A route that is referred to as `<domain> <pattern>`. */
export interface RouteReference {
  readonly text: string;
  /** What the route of this domain and pattern is found by. */
  readonly matchKey: string;
}

/** Reads `<domain> <pattern>`; the domain has no space. */
export const routeReference = z.string().transform((text, context): RouteReference => {
  const space = text.indexOf(' ');
  try {
    const domain = parseDomain(text.slice(0, Math.max(0, space)));
    const pattern = parsePattern(text.slice(space + 1));
    return { text, matchKey: routeMatchKey(domain, pattern) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    context.addIssue({ code: 'custom', message: 'route must be "<domain> <route_pattern>"' });
    return z.NEVER;
  }
});
