import { connectAdmin } from './connect-admin';
import { PlanApplication } from './import-apivault/apply-plan';
import { toReportJson, toReportText } from './import-apivault/import-report';
import { loadPlan } from './import-apivault/load-plan';
import { SettingsMerge } from './import-apivault/settings-merge';

export interface ImportOptions {
  readonly settings: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `gatewarden import apivault FILE FILE`: takes over what the predecessor was configured with; everything is checked first. */
export async function importApivault(apivault: string, microservices: string, options: ImportOptions): Promise<void> {
  const { force = false, dryRun: isDryRun = false, json = false } = options;
  const plan = loadPlan(apivault, microservices);
  const settings = SettingsMerge.plan(options.settings, plan.settings, force);
  const admin = connectAdmin(process.env);
  try {
    const objects = await new PlanApplication(admin, isDryRun).apply(plan);
    if (!isDryRun) settings.write();
    const report = { isDryRun, objects, settings, remarks: plan.remarks };
    process.stdout.write(`${json ? toReportJson(report) : toReportText(report)}\n`);
  } finally {
    await admin.close();
  }
}
