import { spawn } from "node:child_process";

const openers = { darwin: ["open"], win32: ["cmd", "/c", "start", ""], linux: ["xdg-open"] };

/**
 * Opens a page in the user's browser where there is one; the address has been printed in any case.
 */
export function openBrowser(url) {
  const [command, ...before] = openers[process.platform] ?? openers.linux;
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  spawn(command, [...before, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
