import { Column, Entity, Index } from 'typeorm';
import { BigintColumn, JsonColumn, StringColumn, TextColumn, TimestampColumn, UuidColumn } from '../database/columns';

/** An introspection endpoint, without the client's secret (see `introspectionSecret`). */
export interface StoredIntrospection {
  url: string;
  client_id: string;
  cache_seconds: number;
}

/** Which claims mean what. */
export interface StoredClaimMapping {
  roles: string | null;
  scopes: string | null;
  tenant: string | null;
  client: string | null;
  forward: string[];
}

/** An issuer of tokens: how to recognise its tokens, verify them and read their claims. */
@Entity('issuers')
export class IssuerEntity {
  @UuidColumn({ name: 'issuer_id', primary: true })
  issuerId!: string;

  @Index('issuers_name', { unique: true })
  @StringColumn(200)
  name!: string;

  @StringColumn(16)
  type!: string;

  /** The `iss` of its tokens. */
  @TextColumn({ nullable: true })
  issuer!: string | null;

  @TextColumn({ name: 'jwks_url', nullable: true })
  jwksUrl!: string | null;

  /** Sealed by SecretCipher with the context `issuer:<issuerId>:secret`. */
  @TextColumn({ nullable: true })
  secret!: string | null;

  @TextColumn({ name: 'public_key', nullable: true })
  publicKey!: string | null;

  @JsonColumn({ nullable: true })
  introspection!: StoredIntrospection | null;

  /** Sealed by SecretCipher with the context `issuer:<issuerId>:introspection`. */
  @TextColumn({ name: 'introspection_secret', nullable: true })
  introspectionSecret!: string | null;

  @JsonColumn()
  audiences!: string[];

  @JsonColumn()
  algorithms!: string[];

  @Column({ name: 'clock_skew_seconds', type: Number })
  clockSkewSeconds!: number;

  @JsonColumn()
  claims!: StoredClaimMapping;

  @Column({ type: Boolean })
  enabled!: boolean;

  @TimestampColumn({ name: 'created_at' })
  createdAt!: Date;

  @TimestampColumn({ name: 'updated_at' })
  updatedAt!: Date;

  @Index('issuers_revision')
  @BigintColumn()
  revision!: number;
}
