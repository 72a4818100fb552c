import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that ends with `remove`. */
export interface TestFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), "phaselens-generate-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

export interface SmallFileSystem extends TestFolder {
  grow(kilobytes: number): void;
  setReadOnly(readOnly: boolean): void;
}

/** A file system of so many kilobytes, or undefined where this user may not mount one. */
export function smallFileSystem(kilobytes: number): SmallFileSystem | undefined {
  const { path, remove } = temporaryFolder();
  if (!run("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", path)) {
    remove();
    return undefined;
  }
  const remount = (option: string): void => {
    if (!run("mount", "-o", `remount,${option}`, path))
      throw new Error(`mount -o remount,${option} failed`);
  };
  return {
    path,
    grow: (size) => remount(`size=${size}k`),
    setReadOnly: (readOnly) => remount(readOnly ? "ro" : "rw"),
    remove() {
      run("umount", path);
      remove();
    },
  };
}

/** Whether `smallFileSystem` works here. */
export const canMount: boolean = (() => {
  const probe = smallFileSystem(64);
  probe?.remove();
  return probe !== undefined;
})();

/** A folder without the right to write; as root that means nothing, so root needs a mount. */
export function folderWithoutWriting(): TestFolder {
  const { path, remove } = temporaryFolder();
  const locked = join(path, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o555);
  return {
    path: locked,
    remove() {
      chmodSync(locked, 0o755);
      remove();
    },
  };
}
