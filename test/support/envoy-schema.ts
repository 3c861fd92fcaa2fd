import { existsSync } from 'node:fs';
import { join } from 'node:path';
// Imported for what it does: it teaches protobufjs the messages of google.protobuf.
import '@grpc/proto-loader';
import { Enum, type Field, MapField, Root, type Type } from 'protobufjs';

const DEPS = join(__dirname, '..', '..', 'node_modules', '@grpc', 'grpc-js-xds', 'deps');
const FOLDERS = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) => join(DEPS, name));
const FILES = [
  'envoy/config/bootstrap/v3/bootstrap.proto',
  'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'envoy/extensions/filters/http/ext_authz/v3/ext_authz.proto',
  'envoy/extensions/filters/http/lua/v3/lua.proto',
  'envoy/extensions/filters/http/router/v3/router.proto',
  'envoy/extensions/upstreams/http/v3/http_protocol_options.proto',
];

/** Envoy's configuration as its published proto files define it. */
export class EnvoySchema {
  private readonly root = new Root();

  constructor() {
    this.root.resolvePath = (_, target) =>
      FOLDERS.map((folder) => join(folder, target)).find((file) => existsSync(file)) ?? target;
    this.root.loadSync(FILES, { keepCase: true });
    this.root.resolveAll();
  }

  /** What a bootstrap configuration says that Envoy does not know, by path. */
  findFaults(bootstrap: unknown): string[] {
    return this.faultsOf(bootstrap, this.root.lookupType('envoy.config.bootstrap.v3.Bootstrap'), '');
  }

  private faultsOf(value: unknown, type: Type, path: string): string[] {
    if (type.fullName.startsWith('.google.protobuf.') && type.name !== 'Any') return [];
    if (typeof value !== 'object' || value === null) return [`${path} is no object`];
    const { '@type': typeUrl, ...fields } = value as Record<string, unknown>;
    const known = type.name === 'Any' ? this.root.lookupType(String(typeUrl).split('/')[1] ?? '') : type;
    return Object.entries(fields).flatMap(([name, child]) => {
      const field = known.fields[name];
      return field ? this.faultsOfField(child, field, `${path}/${name}`) : [`${path}/${name} is unknown`];
    });
  }

  private faultsOfField(value: unknown, field: Field, path: string): string[] {
    if (field instanceof MapField) {
      const entries = Object.entries(value as object);
      return entries.flatMap(([key, child]) => this.faultsOfValue(child, field, `${path}/${key}`));
    }
    if (!field.repeated) return this.faultsOfValue(value, field, path);
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((child, index) => this.faultsOfValue(child, field, `${path}/${index}`));
  }

  private faultsOfValue(value: unknown, field: Field, path: string): string[] {
    const { resolvedType } = field;
    if (resolvedType === null) return typeof value === 'object' ? [`${path} is no plain value`] : [];
    if (resolvedType instanceof Enum)
      return String(value) in resolvedType.values ? [] : [`${path} is no ${field.type}`];
    return this.faultsOf(value, resolvedType, path);
  }
}
