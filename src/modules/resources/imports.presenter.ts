import type { ImportReportAnswer } from './imports.dto.js';
import type { ImportPlan, ImportReportEntry } from './import/import-plan.js';

/** The report of an import as clients see it. */
export function presentReport({ report, paths, methods, models }: ImportPlan): ImportReportAnswer {
  const importedCount = report.filter(({ result }) => result === 'IMPORTED').length;
  return {
    importedCount,
    skippedCount: report.length - importedCount,
    pathCount: paths.length,
    methodCount: methods.length,
    modelCount: models.length,
    operationList: report.map(presentOperation),
  };
}

function presentOperation({
  path,
  method,
  result,
  reasons,
}: ImportReportEntry): ImportReportAnswer['operationList'][number] {
  return { path, method, result, reasonList: [...reasons] };
}
