// How far influence can be trusted at a minimum: stationarity, spectrum, damping,
// kinks, removals, in one report.
export * from "./auditReport.js";
export * from "./auditThresholds.js";
export * from "./audit.js";
export { type RetrainingOptions } from "./auditRetraining.js";
export { auditConclusion, auditLines, describeAudit, type AuditLine } from "./describeAudit.js";
