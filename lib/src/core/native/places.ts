import { cacheDirectory } from "../cache/cacheDirectory.js";
import { nodeModule } from "../files/nodeModule.js";

/** A library with BLAS and LAPACK that may be there. */
export interface Place {
  /** What it is called in reports. */
  readonly name: "Accelerate" | "OpenBLAS" | "MKL" | "BLAS";
  readonly path: string;
}

/** Found by name on other people's machines; nobody has tried it in this project's tests. */
const ACCELERATE = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

const FILES: readonly (readonly [Place["name"], string])[] = [
  ["OpenBLAS", "libopenblas.so.0"],
  ["OpenBLAS", "libopenblas.so"],
  ["OpenBLAS", "libopenblas.dylib"],
  ["OpenBLAS", "libopenblas.dll"],
  ["MKL", "libmkl_rt.so.2"],
  ["MKL", "libmkl_rt.so"],
  ["MKL", "mkl_rt.2.dll"],
];

/** Where `npm run setup:openblas` puts OpenBLAS: its file names on Linux, macOS and Windows. */
export const SETUP_FILES = [
  "libscipy_openblas.so",
  "libscipy_openblas.dylib",
  "libscipy_openblas.dll",
] as const;

/** Folder of `npm run setup:openblas`, in the cache beside results (see `cacheDirectory`). */
export const setupFolder = (): string =>
  nodeModule("node:path", "a native BLAS").join(cacheDirectory(), "openblas");

/**
 * The first library that is there: of `npm run setup:openblas`, of an active conda environment, on
 * the loader's path, of the system; Accelerate on macOS.
 */
export function libraryPlace(): Place | undefined {
  const { existsSync } = nodeModule("node:fs", "a native BLAS");
  const { join } = nodeModule("node:path", "a native BLAS");
  for (const file of SETUP_FILES) {
    const path = join(setupFolder(), file);
    if (existsSync(path)) return { name: "OpenBLAS", path };
  }
  if (process.platform === "darwin") return { name: "Accelerate", path: ACCELERATE };
  for (const folder of folders())
    for (const [name, file] of FILES)
      if (existsSync(join(folder, file))) return { name, path: join(folder, file) };
  return undefined;
}

function folders(): readonly string[] {
  const { delimiter, join } = nodeModule("node:path", "a native BLAS");
  const { CONDA_PREFIX, LD_LIBRARY_PATH, MKLROOT } = process.env;
  const named = (LD_LIBRARY_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const triple = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  return [
    ...(CONDA_PREFIX ? [join(CONDA_PREFIX, "lib"), join(CONDA_PREFIX, "Library", "bin")] : []),
    ...named,
    ...(MKLROOT ? [join(MKLROOT, "lib"), join(MKLROOT, "lib", "intel64")] : []),
    "/usr/local/lib",
    `/usr/lib/${triple}`,
    "/usr/lib64",
    "/usr/lib",
  ];
}
