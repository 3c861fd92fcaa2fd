import { z } from 'zod';
import { choices } from '../admin-api/fields';
import { METHODS } from '../core/method';

const allowed_methods = choices('allowed_methods', METHODS);
const id = z.uuid().toLowerCase();

/** A permission as POST takes it. */
export const newPermissionSchema = z.strictObject({ client_id: id, route_id: id, allowed_methods });

/** A permission as PUT takes it: client and route stay what they are. */
export const permissionSchema = z.strictObject({ allowed_methods });

export type NewPermissionInput = z.output<typeof newPermissionSchema>;
