import { loadSettings, type Settings } from '../../config/settings';
import { SettingsError } from '../../config/settings-error';
import { tlsFilesOf } from '../../config/tls-files';
import { checkDatabase } from './doctor/check-database';
import { checkListener } from './doctor/check-listener';
import { checkRedis } from './doctor/check-redis';
import { checkTls } from './doctor/check-tls';
import type { Finding } from './doctor/finding';
import { toTable } from './to-table';

/** `gatewarden doctor`: what a start with these settings would meet; sets exit code 1 when something is wrong. */
export async function doctor({ config, json = false }: { config?: string; json?: boolean }): Promise<void> {
  const findings = await examine(config);
  const isWell = findings.every(({ status }) => status !== 'failed');
  const text = json
    ? JSON.stringify({ ok: isWell, checks: findings }, undefined, 2)
    : toTable(findings.map(({ status, check, detail }) => [status, check, detail]));
  process.stdout.write(`${text}\n`);
  if (!isWell) process.exitCode = 1;
}

async function examine(config: string | undefined): Promise<Finding[]> {
  const settings = readSettings(config);
  if (Array.isArray(settings)) return settings;
  return [
    { check: 'settings', status: 'ok', detail: config ?? process.env.GATEWARDEN_CONFIG ?? 'defaults and environment' },
    ...(await checkDatabase(settings)),
    await checkRedis(settings.redisUrl),
    ...(await checkTls(settings)),
    await checkListener('proxy listener', settings.proxyListen, tlsFilesOf(settings, 'proxy')),
    await checkListener('decision listener', settings.decisionListen),
    ...(await checkGrpc(settings)),
    await checkListener('admin listener', settings.adminListen, tlsFilesOf(settings, 'admin')),
  ];
}

async function checkGrpc({ decisionGrpcListen }: Settings): Promise<Finding[]> {
  if (!decisionGrpcListen) return [];
  const { checkGrpcListener } = await import('./doctor/check-grpc-listener.js');
  return [await checkGrpcListener('decision gRPC listener', decisionGrpcListen)];
}

function readSettings(config: string | undefined): Settings | Finding[] {
  try {
    return loadSettings({ env: process.env, file: config });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ name, message }) => ({
      check: 'settings',
      status: 'failed',
      detail: `${name} ${message}`,
    }));
  }
}
