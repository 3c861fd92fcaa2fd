import { z } from 'zod';
import { line } from '../admin-api/fields';
import { conditionSchema } from './condition.schema';
import { opaSchema } from './opa.schema';

const AUTH_TYPES = ['api_key', 'hmac', 'jwt', 'mtls'] as const;
const authType = z.enum(AUTH_TYPES, `auth_type must be one of ${AUTH_TYPES.join(', ')}`);
const names = z.array(line('name', 200)).max(100);

const fields = z.strictObject({
  auth_required: z.boolean('auth_required must be a boolean'),
  auth_type: authType.nullable().optional(),
  auth_types: z.array(authType).min(1).max(AUTH_TYPES.length).optional(),
  roles_any: names.optional(),
  roles_all: names.optional(),
  scopes_any: names.optional(),
  scopes_all: names.optional(),
  issuers: names.nullable().optional(),
  condition: conditionSchema.nullable().optional(),
  opa: opaSchema.nullable().optional(),
  protect: z.boolean('protect must be a boolean').optional(),
});

type Demand = z.output<typeof fields>;

/** What one method asks of a caller. Anything that only makes sense with a credential is refused without one. */
export const demandSchema = fields.superRefine((demand, context) => {
  const refuse = (field: keyof Demand, message: string): void => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  const { auth_type: type, auth_types: types } = demand;
  if (type && types && !(types.length === 1 && types[0] === type)) refuse('auth_types', 'give auth_type or auth_types');
  if (demand.auth_required) {
    if (!type && !types) refuse('auth_type', 'auth_type is required when auth_required is true');
    const takesTokens = type === 'jwt' || types?.includes('jwt');
    if (!takesTokens) for (const field of fieldsOfTokens(demand)) refuse(field, `${field} needs jwt among auth_types`);
    return;
  }
  for (const field of fieldsOfACredential(demand)) refuse(field, `${field} needs auth_required to be true`);
});

/** Only tokens carry roles and scopes: asked of anything else, they would never be checked. */
function fieldsOfTokens(demand: Demand): (keyof Demand)[] {
  const lists = ['roles_any', 'roles_all', 'scopes_any', 'scopes_all', 'issuers'] as const;
  return lists.filter((field) => (demand[field] ?? []).length > 0);
}

function fieldsOfACredential(demand: Demand): (keyof Demand)[] {
  const used = fieldsOfTokens(demand);
  if (demand.auth_type) used.push('auth_type');
  if (demand.auth_types) used.push('auth_types');
  return used;
}
