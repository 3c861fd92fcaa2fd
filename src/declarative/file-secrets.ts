import { toPointer } from '../admin-api/field-errors';

/** Any list or object of a parsed file. */
type Json = unknown;

/** Where secrets stand in each section; `*` is every element of a list. */
const SECRET_PATHS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  issuers: [['secret'], ['introspection', 'client_secret']],
  services: [['relay_secret'], ['tls', 'client_key']],
  clients: [
    ['credentials', '*', 'value'],
    ['credentials', '*', 'sha256'],
  ],
  protect_keys: [['value']],
  webhooks: [['secret']],
};

/** What takes the place of a secret; the pointer (RFC 6901) says where in the file it stands. */
export type SecretMapping = (secret: string, pointer: string) => string;

/** A copy of a parsed file whose secrets are replaced; whatever has not the form of a file stays as it is. */
export function mapSecrets(file: Json, mapping: SecretMapping): Json {
  if (!isObject(file)) return file;
  const entries = Object.entries(file).map(([section, value]) => {
    const paths = Object.hasOwn(SECRET_PATHS, section) ? SECRET_PATHS[section] : undefined;
    const mapped = (paths ?? []).reduce(
      (result, path) => mapAt(result, ['*', ...path], { mapping, at: [section] }),
      value,
    );
    return [section, mapped];
  });
  return Object.fromEntries(entries);
}

interface Walk {
  readonly mapping: SecretMapping;
  readonly at: readonly PropertyKey[];
}

function mapAt(value: Json, [step, ...rest]: readonly string[], { mapping, at }: Walk): Json {
  if (step === undefined) return typeof value === 'string' ? mapping(value, toPointer(at)) : value;
  if (step === '*') {
    if (!Array.isArray(value)) return value;
    return value.map((item: Json, index) => mapAt(item, rest, { mapping, at: [...at, index] }));
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: mapAt(value[step], rest, { mapping, at: [...at, step] }) };
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
