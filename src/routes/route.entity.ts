import { Column, Entity, ForeignKey, Index } from 'typeorm';
import {
  BigintColumn,
  FixedColumn,
  JsonColumn,
  StringColumn,
  TextColumn,
  TimestampColumn,
  UuidColumn,
} from '../database/columns';
import { ServiceEntity, type StoredTimeouts } from '../services/service.entity';

/** A question to an Open Policy Agent. */
export interface StoredOpaQuery {
  url: string;
  timeout_ms: number;
  cache_seconds: number;
}

/** Cross-origin rules the gateway answers preflights by; null fields take what the route allows. */
export interface StoredCors {
  origins: string[];
  methods: string[] | null;
  headers: string[] | null;
  credentials: boolean;
  max_age_seconds: number;
}

/** Validation of requests by JSON Schemas. */
export interface StoredValidation {
  mode: string;
  headers?: object;
  query?: object;
  body?: object;
  content_types?: string[];
  max_depth?: number;
}

/** What one HTTP method of a route demands, as the admin API takes it; absent fields have their defaults. */
export interface StoredDemand {
  auth_required: boolean;
  auth_type?: string | null;
  auth_types?: string[];
  roles_any?: string[];
  roles_all?: string[];
  scopes_any?: string[];
  scopes_all?: string[];
  issuers?: string[] | null;
  condition?: string | null;
  opa?: StoredOpaQuery | null;
  protect?: boolean;
}

/** A domain and path pattern, what each method of it demands, and the service it leads to. */
@Entity('routes')
export class RouteEntity {
  @UuidColumn({ name: 'route_id', primary: true })
  routeId!: string;

  @StringColumn(255)
  domain!: string;

  @StringColumn(2048, { name: 'route_pattern' })
  routePattern!: string;

  /** SHA-256 (hex) of the canonical domain and pattern with parameter names erased: two routes that match alike collide. */
  @Index('routes_match_key', { unique: true })
  @FixedColumn(64, { name: 'match_key' })
  matchKey!: string;

  /** Null: the route serves the decision doors only. */
  @Index('routes_service_id')
  @ForeignKey(() => ServiceEntity, { name: 'routes_service_fk', onDelete: 'NO ACTION', onUpdate: 'NO ACTION' })
  @UuidColumn({ name: 'service_id', nullable: true })
  serviceId!: string | null;

  @TextColumn({ nullable: true })
  destination!: string | null;

  @JsonColumn()
  methods!: Record<string, StoredDemand>;

  @Column({ type: Boolean })
  enabled!: boolean;

  @Column({ name: 'allow_encoded_slash', type: Boolean })
  allowEncodedSlash!: boolean;

  @Column({ name: 'allow_semicolon', type: Boolean })
  allowSemicolon!: boolean;

  @Column({ name: 'api_key_in_query', type: Boolean })
  apiKeyInQuery!: boolean;

  @Column({ name: 'hmac_unsigned_query', type: Boolean })
  hmacUnsignedQuery!: boolean;

  @Column({ name: 'keep_method_override', type: Boolean })
  keepMethodOverride!: boolean;

  @JsonColumn({ name: 'protect_versions' })
  protectVersions!: string[];

  /** Null: the service's limit. */
  @BigintColumn({ name: 'max_body_bytes', nullable: true })
  maxBodyBytes!: number | null;

  /** Null: the service's time-outs. */
  @JsonColumn({ nullable: true })
  timeouts!: Partial<StoredTimeouts> | null;

  @JsonColumn({ nullable: true })
  cors!: StoredCors | null;

  @JsonColumn({ nullable: true })
  validation!: StoredValidation | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @Index('routes_revision')
  @BigintColumn()
  revision!: number;
}
