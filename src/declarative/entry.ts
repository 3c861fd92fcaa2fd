import type { Put } from '../admin-api/put';
import type { FieldError } from '../errors/gatewarden-error';
import type { Declared, DeclaredType } from './declared.schema';

/** One object to put, as its schema reads it, with what became of it. */
export class Entry<T extends DeclaredType = DeclaredType> {
  put: Put | undefined;
  faults: readonly FieldError[] = [];

  constructor(
    /** Where it was given: a line number, or its place in the list of a file. */
    readonly place: number,
    readonly type: T,
    readonly value: Declared<T>,
  ) {}

  /** What it is called, and what tells it from others of its kind. */
  get name(): string {
    return nameOf(this);
  }

  /** What it is called where anybody may read it. */
  get label(): string {
    if (isOf(this, 'protect_key')) return this.value.app;
    return isOf(this, 'permission') ? `${this.value.client} ${this.value.route.text}` : this.name;
  }

  fail(pointer: string, message: string): void {
    this.faults = [...this.faults, { pointer, message }];
  }
}

function isOf<T extends DeclaredType>(entry: Entry, type: T): entry is Entry<T> & Entry {
  return entry.type === type;
}

const NAMES: { readonly [T in DeclaredType]: (value: Declared<T>) => string } = {
  issuer: ({ name }) => name,
  service: ({ name }) => name,
  route: ({ domain, route_pattern }) => `${domain.toLowerCase()} ${route_pattern}`,
  client: ({ client_name }) => client_name,
  protect_key: ({ app, value }) => `${app} ${value}`,
  webhook: ({ url }) => url,
  permission: ({ client, route }) => `${client} ${route.matchKey}`,
  rate_limit: ({ client }) => client,
};

function nameOf<T extends DeclaredType>({ type, value }: Entry<T>): string {
  return NAMES[type](value);
}
