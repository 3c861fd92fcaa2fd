import type { z } from 'zod';
import { issuerSchema } from '../../issuers/issuer.schema';
import { newProtectKeySchema } from '../../protect-keys/protect-key.schema';
import type { Apivault, Microservices } from './predecessor-files';
import type { Remark } from './remark';
import { type PlannedRoute, planRoutes } from './route-plan';
import type { PlannedService } from './service-plan';
import { planSettings } from './settings-plan';

/** The issuer and the app of everything that comes from the predecessor. */
export const PREDECESSOR = 'apivault';

/** All that two files of the predecessor become. */
export interface ImportPlan {
  readonly services: readonly PlannedService[];
  readonly routes: readonly PlannedRoute[];
  /** Whose tokens clients hold already. */
  readonly issuer: (z.input<typeof issuerSchema> & { readonly name: string }) | undefined;
  readonly protectKey: z.input<typeof newProtectKeySchema> | undefined;
  readonly settings: ReadonlyMap<string, string>;
  /** What cannot be mapped, or will behave differently. */
  readonly remarks: readonly Remark[];
}

export interface FileNames {
  readonly apivault: string;
  readonly microservices: string;
}

/** Plans an import; nothing is read or written. */
export function planImport(apivault: Apivault, microservices: Microservices, names: FileNames): ImportPlan {
  const { settings, remarks } = planSettings(apivault, names.apivault);
  const { hasProtected, remarks: routeRemarks, ...policy } = planRoutes(microservices, names.microservices);
  const found: Remark[] = [...remarks, ...routeRemarks];
  const remark = (path: string, message: string) => void found.push({ file: names.apivault, path, message });
  const issuer = planIssuer(apivault, remark);
  const protectKey = planProtectKey(apivault, hasProtected, remark);
  found.push({ file: names.apivault, path: '', message: NOT_READ });
  return { ...policy, issuer, protectKey, settings, remarks: found };
}

const NOT_READ = 'CONFIGOR_* variables and apivault.ENV.yml files are not read: put what they set into the file';

type Tell = (path: string, message: string) => void;

/** Tokens of the predecessor name no issuer and no audience. */
function planIssuer({ jwt }: Apivault, tell: Tell): ImportPlan['issuer'] {
  if (jwt.secret === '') return undefined;
  const algorithms: ('HS256' | 'HS384' | 'HS512')[] = ['HS256', 'HS384', 'HS512'];
  const issuer = { name: PREDECESSOR, type: 'static' as const, secret: jwt.secret, algorithms };
  const { error } = issuerSchema.safeParse(issuer);
  if (!error) return issuer;
  tell('jwt.secret', `cannot verify tokens: ${error.issues.map(({ message }) => message).join(', ')}`);
  return undefined;
}

function planProtectKey({ verification }: Apivault, hasProtected: boolean, tell: Tell): ImportPlan['protectKey'] {
  const { shared_key: value } = verification;
  if (value === undefined && !hasProtected) return undefined;
  if (!value) {
    tell(
      'verification.shared_key',
      'is empty, which let everybody in; protected routes refuse all until an app has a key',
    );
    return undefined;
  }
  const key = { app: PREDECESSOR, value };
  const { error } = newProtectKeySchema.safeParse(key);
  if (!error) return key;
  tell('verification.shared_key', `cannot be a key: ${error.issues.map(({ message }) => message).join(', ')}`);
  return undefined;
}
