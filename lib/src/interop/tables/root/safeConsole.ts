import { printable } from "../../../core/printable.js";

const levels = ["log", "info", "warn", "error"] as const;
type Print = (...values: readonly unknown[]) => void;

let running = 0;
let restore: () => void = () => {};

/**
 * Lets a library work that writes to the console by itself, quoting the file: what would act on a
 * terminal is escaped on its way. Console methods are as before when the last such work is done.
 */
export async function withSafeConsole<T>(action: () => Promise<T>): Promise<T> {
  if (running++ === 0) restore = makeSafe();
  try {
    return await action();
  } finally {
    if (--running === 0) restore();
  }
}

function makeSafe(): () => void {
  const before = levels.map((level) => console[level] as Print);
  const safe = before.map(
    (print): Print =>
      (...values) =>
        print(
          ...values.map((value) =>
            typeof value === "string" ? value.split("\n").map(printable).join("\n") : value,
          ),
        ),
  );
  levels.forEach((level, k) => (console[level] = safe[k]));
  return () =>
    levels.forEach((level, k) => {
      // somebody else may have replaced it since
      if (console[level] === safe[k]) console[level] = before[k];
    });
}
