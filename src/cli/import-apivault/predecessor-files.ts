import { z } from 'zod';

// The predecessor's parser read YAML 1.1 into typed fields, so a scalar comes here as it is written and is read by its field.
const IS_NULL = /^(?:~|null|Null|NULL)?$/;
const IS_TRUE = /^(?:y|yes|true|on)$/i;
const IS_FLAG = /^(?:|y|yes|true|on|n|no|false|off)$/i;

const textOr = (message: string) => z.string(message).transform((value) => (IS_NULL.test(value) ? '' : value));
const text = textOr('must be a text');
const flag = z
  .string('must be true or false')
  .regex(IS_FLAG, 'must be true or false')
  .transform((value) => IS_TRUE.test(value));

const wholeNumber = (minimum: number, maximum: number) => {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string(message)
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message);
};

/** A mapping of keys; one that is named but empty is as good as left out. */
const section = <S extends z.ZodRawShape>(shape: S) =>
  z.preprocess(
    (value) => (typeof value === 'string' && IS_NULL.test(value) ? {} : value),
    z.strictObject(shape, {
      error: ({ code }) => (code === 'invalid_type' ? 'must be a mapping (key: value)' : undefined),
    }),
  );

const required = (message: string) => textOr(message).pipe(z.string().min(1, message));

/** `apivault.yml`. */
export const apivaultSchema = section({
  unixsocket: flag.default(false),
  port: wholeNumber(1, 65_535).optional(),
  db: section({
    adapter: text.default(''),
    host: text.default('localhost'),
    port: wholeNumber(1, 65_535).optional(),
    name: text.default('api_gateway'),
    user: text.default(''),
    password: text.default(''),
  }).optional(),
  jwt: section({ secret: text.default(''), ttl: wholeNumber(0, 999_999_999).default(0) }).prefault({}),
  table: section({
    name: text.default('users'),
    column: section({ login: text.default('email'), password: text.optional() }).prefault({}),
  }).prefault({}),
  verification: section({ shared_key: text.optional() }).prefault({}),
});

const mapping = section({
  target_url: text.default(''),
  source_endpoint: text.default(''),
  destination_endpoint: text.default(''),
  protect: flag.default(false),
});

const server = section({
  name: text.default(''),
  source_host: required('is required: an empty one matched every host'),
  secret: text.default(''),
  target_url: text.optional(),
  mapping: z.array(mapping, 'must be a list').default([]),
});

/** `microservices.yml`. */
export const microservicesSchema = section({ server: z.array(server, 'must be a list of servers') });

export type Apivault = z.output<typeof apivaultSchema>;
export type Microservices = z.output<typeof microservicesSchema>;
export type Server = Microservices['server'][number];
export type Mapping = Server['mapping'][number];
