/** Vega-Lite reads dots and brackets in a field name as a path; ours are plain names. */
export function fieldPath(field: string): string {
  return field.replace(/[.[\]\\]/g, "\\$&");
}
