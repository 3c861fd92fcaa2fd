import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IDENTITY_FIELDS } from '../../../src/core/identity';
import { EnvoySchema } from '../../support/envoy-schema';

const FOLDER = join(__dirname, '..', '..', '..', 'docker', 'envoy');
const IDENTITY = [...Object.values(IDENTITY_FIELDS), 'X-Route-ID', 'X-Request-ID'].map((name) => name.toLowerCase());

// biome-ignore lint/suspicious/noExplicitAny: the schema says what it must be
const read = (file: string): any => parse(readFileSync(join(FOLDER, file), 'utf8'));

describe.each(['envoy-http.yaml', 'envoy-grpc.yaml'])('the configuration %s', (file) => {
  const manager = () => read(file).static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  const filters = () => manager().http_filters.map(({ typed_config }: { typed_config: object }) => typed_config);

  it('is one that Envoy knows, to its last field', () => {
    const schema = new EnvoySchema();
    expect(schema.findFaults(read(file))).toEqual([]);
    expect(schema.findFaults({ static_resources: { listeners: [{ nam: 'x' }] } })).toEqual([
      '/static_resources/listeners/0/nam is unknown',
    ]);
  });

  it('lets nothing pass without an answer, and the service see the path that was decided on', () => {
    const [, authorization] = filters();
    expect(authorization).toMatchObject({ failure_mode_allow: false, status_on_error: { code: 'ServiceUnavailable' } });
    expect(manager()).toMatchObject({
      use_remote_address: true,
      normalize_path: false,
      merge_slashes: false,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
      common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' },
    });
  });

  it('takes away what clients may not say before it asks', () => {
    const [script, authorization] = filters();
    expect(script['@type']).toContain('Lua');
    expect(authorization['@type']).toContain('ExtAuthz');
  });

  it('asks the door it is for', () => {
    const [, { http_service, grpc_service }] = filters();
    const { clusters } = read(file).static_resources;
    const port = clusters[1].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value;
    if (file === 'envoy-http.yaml') {
      expect(http_service.path_prefix).toBe('/authz/envoy');
      expect(port).toBe(7843);
      const { patterns } = http_service.authorization_response.allowed_upstream_headers;
      expect(patterns.map(({ exact }: { exact: string }) => exact).sort()).toEqual(IDENTITY.sort());
    } else {
      expect(grpc_service.envoy_grpc.cluster_name).toBe('gatewarden');
      expect(port).toBe(7844);
    }
  });
});
