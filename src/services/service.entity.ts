import { Column, Entity, Index } from 'typeorm';
import { BigintColumn, JsonColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** One upstream target of a service. */
export interface StoredUpstream {
  url: string;
  weight: number;
}

/** Active health check of a service's targets. */
export interface StoredHealthCheck {
  path: string;
  interval_ms: number;
  timeout_ms: number;
  healthy_after: number;
  unhealthy_after: number;
}

/** Ejection of a target after failed calls in a row. */
export interface StoredPassiveHealth {
  failures: number;
  eject_ms: number;
}

/** The three time-outs of a forwarded call, in milliseconds. */
export interface StoredTimeouts {
  connect_ms: number;
  response_header_ms: number;
  idle_ms: number;
}

/** TLS towards the upstream, without the private key (see `tlsClientKey`). */
export interface StoredUpstreamTls {
  ca?: string | null;
  client_certificate?: string | null;
  server_name?: string | null;
  verify: boolean;
}

/** A microservice: where its targets are and how calls to them are made. */
@Entity('services')
export class ServiceEntity {
  @UuidColumn({ name: 'service_id', primary: true })
  serviceId!: string;

  @Index('services_name', { unique: true })
  @StringColumn(200)
  name!: string;

  @JsonColumn()
  upstreams!: StoredUpstream[];

  @StringColumn(32, { name: 'load_balancing' })
  loadBalancing!: string;

  @StringColumn(255, { name: 'hash_on' })
  hashOn!: string;

  @JsonColumn({ name: 'health_check', nullable: true })
  healthCheck!: StoredHealthCheck | null;

  @JsonColumn({ name: 'passive_health', nullable: true })
  passiveHealth!: StoredPassiveHealth | null;

  @JsonColumn()
  timeouts!: StoredTimeouts;

  @Column({ type: Number })
  retries!: number;

  /** 0 is no limit. */
  @BigintColumn({ name: 'max_body_bytes' })
  maxBodyBytes!: number;

  @JsonColumn({ nullable: true })
  tls!: StoredUpstreamTls | null;

  /** PEM private key, sealed by SecretCipher with the context `service:<serviceId>:tls`. */
  @TextColumn({ name: 'tls_client_key', nullable: true })
  tlsClientKey!: string | null;

  @StringColumn(16, { name: 'token_relay', nullable: true })
  tokenRelay!: string | null;

  /** Sealed by SecretCipher with the context `service:<serviceId>:relay`. */
  @TextColumn({ name: 'relay_secret', nullable: true })
  relaySecret!: string | null;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @Index('services_revision')
  @BigintColumn()
  revision!: number;
}
