import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { offlinePage, plotlyPath } from "./offlinePage.mjs";
import { repairedScript } from "./repairedScript.mjs";

const require = createRequire(import.meta.url);
const host = "127.0.0.1";

// Whatever a page might try, the browser loads from this server only. plotly.js compiles its WebGL
// shaders' glue at run time.
const policy = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'";

/**
 * With `once`, the server ends when so many milliseconds have passed without a request after the
 * data were sent.
 */
const quiet = 500;

/**
 * Shows plots with nodeplotlib on the loopback interface, without the network.
 *
 * nodeplotlib 1.1.2 listens on every interface, loads plotly.js from a CDN, shows a second tab
 * nothing and ends with the last tab, which a reload is too. It makes its server through
 * `NestFactory.create`, so that one function is wrapped while it starts: the application it gets
 * listens on 127.0.0.1, has three routes in front of nodeplotlib's own (the page without foreign
 * addresses, its script with a guard, plotly.js from node_modules) and is closed by us. No file of
 * the package is changed; the page, the socket and the drawing stay nodeplotlib's.
 * @param {{ data: object[], layout?: object }} plot  plotly traces and layout
 * @param {{ port?: number, once?: boolean }} options port 0 (default) takes a free one; `once` ends
 *   after one page has its data
 * @returns {Promise<{ url: string, close(): Promise<void>, closed: Promise<void> }>}
 */
export async function serve({ data, layout }, { port = 0, once = false } = {}) {
  // read when nodeplotlib loads; set, it also keeps nodeplotlib from opening a window
  process.env.NODEPLOTLIB_PORT = String(port);
  const entry = require.resolve("nodeplotlib");
  const fromNodeplotlib = createRequire(entry);
  const web = (name) => readFileSync(join(dirname(entry), "lib/server/web", name), "utf8");
  const page = offlinePage(web("index.html"));
  const scripts = {
    "/main.js": repairedScript(web("main.js")),
    [plotlyPath]: readFileSync(require.resolve("plotly.js-dist-min")),
  };

  const { defer, of, shareReplay } = fromNodeplotlib("rxjs");
  const { PlotsGateway } = fromNodeplotlib("./lib/server/plots/plots.gateway.js");
  let sent = false;
  const watched = defer(() => {
    sent = true;
    return of(data);
  });

  const routes = (request, response, next) => {
    response.setHeader("Content-Security-Policy", policy);
    const path = request.url.split("?")[0];
    if (path === "/" || path === "/index.html") response.type("html").send(page);
    else if (Object.hasOwn(scripts, path)) response.type("js").send(scripts[path]);
    else next();
  };
  const prepare = (app) => {
    app.use(routes);
    const gateway = app.get(PlotsGateway); // as published it sends the data to the first tab only
    gateway.plotDataStream$ = gateway.plotDataStream$.pipe(shareReplay(1));
  };
  const start = () => withoutItsLog(() => require("nodeplotlib").plot(watched, layout));
  const { server, finish } = await captureApplication(
    fromNodeplotlib("@nestjs/core"),
    prepare,
    start,
  );
  let markClosed;
  const closed = new Promise((resolve) => (markClosed = resolve));
  let closing;
  const close = () => {
    closing ??= finish().then(markClosed);
    server.closeAllConnections(); // a waiting poll would hold the server open for half a minute
    return closing;
  };
  if (once) {
    let timer;
    server.on("request", (_, response) =>
      response.on("finish", () => {
        clearTimeout(timer);
        if (sent) timer = setTimeout(close, quiet);
      }),
    );
  }
  return { url: `http://${host}:${server.address().port}/`, close, closed };
}

/**
 * Runs `start`, which makes a Nest application somewhere inside, and returns that application once
 * it listens on the loopback interface.
 */
function captureApplication({ NestFactory }, prepare, start) {
  return new Promise((resolve, reject) => {
    const create = NestFactory.create;
    NestFactory.create = async (...parts) => {
      NestFactory.create = create;
      const app = await create.call(NestFactory, ...parts, { logger: false });
      prepare(app);
      // All that nodeplotlib asks of its application.
      return {
        get: (provider) => app.get(provider),
        getHttpServer: () => app.getHttpServer(),
        close: async () => {}, // nodeplotlib closes with the last tab, which a reload is too
        async listen(port) {
          try {
            await app.listen(port, host);
          } catch (error) {
            reject(error);
            return new Promise(() => {}); // nodeplotlib awaits this outside of any catch
          }
          const server = app.getHttpServer();
          answerOwnPageOnly(server);
          resolve({ server, finish: () => app.close() });
        },
      };
    };
    start();
  });
}

/**
 * Answers 403 to whatever does not come from the page itself: another name for this address (DNS
 * rebinding), or a script of another site. Asked before any listener, that of the socket too.
 */
function answerOwnPageOnly(server) {
  const emit = server.emit.bind(server);
  const own = () => {
    const { port } = server.address();
    return [`${host}:${port}`, `localhost:${port}`];
  };
  const isOwn = ({ headers }) =>
    own().includes(headers.host) &&
    (headers.origin === undefined || own().some((name) => headers.origin === `http://${name}`));
  server.emit = (event, request, answer, ...rest) => {
    const asked = event === "request" || event === "upgrade";
    if (!asked || isOwn(request)) return emit(event, request, answer, ...rest);
    if (event === "request") answer.writeHead(403).end();
    else answer.destroy();
    return true;
  };
}

/**
 * nodeplotlib reports an address that it does not listen on any more, and every tab that comes and
 * goes.
 */
function withoutItsLog(run) {
  const log = console.log;
  console.log = (...parts) => {
    if (!String(parts[0]).startsWith("[Nodeplotlib]")) log(...parts);
  };
  run();
}
