/** A model as a report names it. */
export const modelWords = ({
  name,
  format,
}: {
  readonly name: string;
  readonly format: string;
}): string => `${format === "phaselens" ? "Network" : `${format} model`} “${name}”`;
