import { ConfigError } from "../errors.js";
import { nodeModule } from "../files/nodeModule.js";
import { projectRoot } from "../files/projectRoot.js";

/** Where a user's own cache lies depends on these. */
export interface CachePlace {
  /** As `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * The folder that a user's system keeps for caches, and ours in it: `$XDG_CACHE_HOME/phaselens` or
 * `~/.cache/phaselens`;
 * `~/Library/Caches/phaselens` on macOS; `%LOCALAPPDATA%\phaselens\Cache` on Windows. As the base
 * directory specification says, a relative XDG_CACHE_HOME counts as not set.
 */
export function userCacheDirectory({ platform, env, home }: CachePlace): string {
  const { posix, win32 } = nodeModule("node:path", "the cache");
  if (platform === "win32") {
    const local = env.LOCALAPPDATA || win32.join(home, "AppData", "Local");
    return win32.join(local, "phaselens", "Cache");
  }
  if (platform === "darwin") return posix.join(home, "Library", "Caches", "phaselens");
  const base = env.XDG_CACHE_HOME;
  return posix.join(
    base && posix.isAbsolute(base) ? base : posix.join(home, ".cache"),
    "phaselens",
  );
}

const ofUser = (): string =>
  userCacheDirectory({
    platform: process.platform,
    env: process.env,
    home: nodeModule("node:os", "the cache").homedir(),
  });

/**
 * Where results are kept: PHASELENS_CACHE if set; `.cache/phaselens` of the phaselens project
 * around the working directory, so that notebooks in any of its folders share them; else the user's
 * own folder, see `userCacheDirectory`.
 */
export function cacheDirectory(): string {
  const { join, resolve } = nodeModule("node:path", "the cache");
  if (process.env.PHASELENS_CACHE) return resolve(process.env.PHASELENS_CACHE);
  const root = projectRoot();
  return root ? join(root, ".cache", "phaselens") : ofUser();
}

/**
 * `cacheDirectory`, made if it is missing. A user's own folder is for nobody else (mode 0700),
 * since what lies there is served as a result; one named by PHASELENS_CACHE may be shared, by the
 * decision of whoever set it.
 * @throws ConfigError if the user's own folder belongs to somebody else or others may write there
 */
export function ownCacheDirectory(): string {
  const { mkdirSync, statSync } = nodeModule("node:fs", "the cache");
  const path = cacheDirectory();
  const personal = !process.env.PHASELENS_CACHE && path === ofUser();
  const cure = "Free some space, or set PHASELENS_CACHE to a folder that can be written.";
  try {
    mkdirSync(path, { recursive: true, mode: personal ? 0o700 : 0o777 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`the cache: cannot use ${path} (${code}). ${cure}`, { path, code });
  }
  if (personal) checkOwner(path, statSync(path));
  return path;
}

/** Windows has neither owner nor mode; there %LOCALAPPDATA% is the user's own. */
function checkOwner(
  path: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const fact =
    uid !== user
      ? `belongs to user ${uid}, and this is user ${user}`
      : (mode & 0o022) !== 0
        ? `may be written by others (mode ${(mode & 0o777).toString(8)})`
        : undefined;
  if (fact === undefined) return;
  const cure = `Run chmod 700 on it if it is yours, or set PHASELENS_CACHE to a folder of your own.`;
  throw new ConfigError(
    `the cache: ${path} ${fact}; what lies there would be served as results. ${cure}`,
    { path, uid, mode },
  );
}
