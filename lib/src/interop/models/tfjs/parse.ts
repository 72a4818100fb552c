import type { z } from "zod";
import { DataError } from "../../../core/errors.js";

/** @throws DataError naming the first thing that is not as it must be */
export function parse<T>(schema: z.ZodType<T>, value: unknown, source: string, at: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const where = [at, ...path.map(String)].filter((step) => step !== "").join(".");
  throw new DataError(
    `${source}: ${where === "" ? "the whole" : where}: ${message}. ` +
      "Save the model with model.save or tensorflowjs_converter.",
    { path },
  );
}
