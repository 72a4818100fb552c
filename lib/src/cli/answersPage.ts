import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnswersDocument } from "../report/answers/document.js";
import { explainPageOf } from "../report/answers/embed.js";
import { UsageError } from "./command.js";

/** What the page with answers in it is called. */
export const ANSWERS_PAGE = "explain.html";

/** Options that ask for it. */
export interface PageValues {
  readonly page?: boolean;
  readonly serve?: boolean;
}

const template = fileURLToPath(new URL("../../page/explain.html", import.meta.url));

/** @throws UsageError where the page is asked for and was not built */
export function checkPage({ page, serve }: PageValues): void {
  if (!(page || serve) || existsSync(template)) return;
  const fact = `${page ? "--page" : "--serve"}: the page is not there, ${template}`;
  throw new UsageError(`${fact}. npm start builds it.`, { path: template });
}

/** The page with answers in it as a file, if it is asked for. */
export const answersPage = (
  { page, serve }: PageValues,
  document: AnswersDocument,
): Readonly<Record<string, string>> =>
  page || serve ? { [ANSWERS_PAGE]: explainPageOf(readFileSync(template, "utf8"), document) } : {};

/**
 * Shows a page on the loopback interface at a free port, until Ctrl-C. Whoever asks under another
 * name of this address is refused.
 * @param path  of the page
 */
export function servePage(path: string): Promise<void> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const own = [`127.0.0.1:${port}`, `localhost:${port}`].includes(request.headers.host ?? "");
    const there = own && request.method === "GET" && request.url === "/";
    response.writeHead(there ? 200 : own ? 404 : 403, {
      "Content-Type": "text/html; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    });
    response.end(there ? readFileSync(path) : "");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      console.log(`http://127.0.0.1:${port}/ (Ctrl-C ends it)`);
    });
    process.once("SIGINT", () => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  });
}
