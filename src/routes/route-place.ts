import type { z } from 'zod';
import { parseDomain } from '../core/routing/domain';
import { parsePattern } from '../core/routing/pattern';
import { PatternError } from '../core/routing/pattern-error';
import { parseDestination } from '../core/routing/upstream-url';

interface RoutePlace {
  readonly domain: string;
  readonly route_pattern: string;
  readonly destination: string | null;
}

/** Reports a domain, pattern or destination that the core would not compile, each at its own field. */
export function parseRoutePlace(place: RoutePlace, context: z.RefinementCtx): void {
  attempt('domain', () => parseDomain(place.domain), context);
  const pattern = attempt('route_pattern', () => parsePattern(place.route_pattern), context);
  const { destination } = place;
  if (pattern && destination !== null) attempt('destination', () => parseDestination(destination, pattern), context);
}

function attempt<T>(field: keyof RoutePlace, parse: () => T, context: z.RefinementCtx): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    context.addIssue({ code: 'custom', path: [field], message: error.message });
    return undefined;
  }
}
