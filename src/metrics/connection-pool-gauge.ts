import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Pool } from 'pg';
import type { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';

const INTERVAL_MS = 5_000;

/** Watches the connection pool of PostgreSQL, embedded or not. */
@Injectable()
export class ConnectionPoolGauge implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    @InjectMetric('db_connection_pool_connections') private readonly connections: Gauge,
  ) {}

  onModuleInit(): void {
    this.note();
    this.timer = setInterval(() => this.note(), INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The pool is there once the database is. */
  private note(): void {
    const pool: unknown = 'master' in this.dataSource.driver ? this.dataSource.driver.master : undefined;
    if (!(pool instanceof Pool)) return;
    this.connections.set({ state: 'active' }, pool.totalCount - pool.idleCount);
    this.connections.set({ state: 'idle' }, pool.idleCount);
    this.connections.set({ state: 'max' }, pool.options.max);
  }
}
