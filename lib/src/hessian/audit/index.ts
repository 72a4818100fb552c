// How far influence can be trusted at a minimum: stationarity, spectrum, damping,
// kinks, removals, in one report.
export type {
  Verdict,
  StationarityAudit,
  SpectrumAudit,
  DampingScanRow,
  DampingAudit,
  SolvesAudit,
  ResponseAudit,
  StepAudit,
  LeaveOneOutAudit,
  AuditFacts,
  AuditLine,
  AuditReport,
} from "./auditReport.js";
export { audit, type AuditOptions } from "./audit.js";
export type { RetrainingOptions } from "./auditRetraining.js";
