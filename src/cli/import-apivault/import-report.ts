import { toTable } from '../to-table';
import type { Applied } from './apply-plan';
import { type Remark, toLine } from './remark';
import type { SettingsMerge } from './settings-merge';

/** What an import did, or would do. */
export interface ImportReport {
  readonly isDryRun: boolean;
  readonly objects: readonly Applied[];
  readonly settings: SettingsMerge;
  readonly remarks: readonly Remark[];
}

/** The report for programs. */
export function toReportJson({ isDryRun, objects, settings, remarks }: ImportReport): string {
  const { path: file, keys } = settings;
  const report = { dry_run: isDryRun, objects, settings: { file, keys }, not_mapped: remarks };
  return JSON.stringify(report, undefined, 2);
}

/** The report for people; values of settings are never in it, for some are secrets. */
export function toReportText({ isDryRun, objects, settings, remarks }: ImportReport): string {
  const rows = [
    ...objects.map(({ outcome, kind, name }) => [outcome, kind, name]),
    ...settings.keys.map(({ outcome, key }) => [outcome, 'setting', key]),
  ];
  const kept = settings.keys.some(({ outcome }) => outcome === 'kept');
  return [
    ...(isDryRun ? ['Nothing is written (--dry-run). This would be done:', ''] : []),
    toTable(rows),
    '',
    `The settings are in ${settings.path}: gatewarden start --config ${settings.path}`,
    ...(kept ? ['Settings that are kept say something else in that file; --force replaces them.'] : []),
    ...(remarks.length === 0 ? [] : ['', 'Not mapped, or different from now on:', ...remarks.map(toItem)]),
  ].join('\n');
}

function toItem(remark: Remark): string {
  return `  ${toLine(remark)}`;
}
