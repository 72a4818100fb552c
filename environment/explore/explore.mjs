import { runCommand } from "../base/command.mjs";
import { Failure } from "../base/failure.mjs";
import { openBrowser } from "./openBrowser.mjs";
import { serve } from "./serve.mjs";

const usage = `
npm run explore [-- VIEW OPTIONS]    shows one of these in 3-d in the browser:
  loss         the risk around the network of Dawid et al. 2021, Fig. 5, along eigenvectors of its Hessian (default)
  field        configurations of the lattice of Blücher et al. 2020 in its three phases
  jets         jets of Neubauer & Roy 2022 as the tagger sees them before its last layer

  --port N     listen on this port (default: a free one)
  --once       end when one page has been loaded
  --no-open    print the address only
  --verbose    show where an error came from`;

const options = {
  port: { type: "string", default: "0" },
  once: { type: "boolean" },
  "no-open": { type: "boolean" },
};

/**
 * The command around a plot: reads the options, makes the plot, serves it until Ctrl-C.
 * @param {(view: string) => Promise<{ data: object[], layout: object }>} makePlot plotly traces and
 *   layout
 * @param {string[]} [views]  names of what can be shown, the default first
 */
export async function explore(makePlot, views = ["plot"]) {
  await runCommand({ usage, options }, async (chosen, [view = views[0], ...more]) => {
    const port = portFrom(chosen.port);
    const odd = views.includes(view) ? more[0] : view;
    if (odd !== undefined)
      throw new Failure(`There is no view "${odd}" to show. Name one of ${views.join(", ")}.`, {
        exitCode: 2,
      });
    const plot = await makePlot(view);
    const server = await serve(plot, { port, once: chosen.once }).catch((error) => {
      throw explained(error);
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, server.close);
    console.log(`${view}: ${server.url}`);
    console.log(chosen.once ? "Ends when one page has been loaded." : "Ctrl-C ends it.");
    if (!chosen["no-open"]) openBrowser(server.url);
    await server.closed;
  });
  // A tab that has not asked for a while (a sleeping laptop) has a message waiting; its socket
  // would keep this process for up to 45 s.
  process.exit();
}

function portFrom(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Failure(
      `--port is "${text}". Give a whole number up to 65535; 0 takes a free port.`,
      { exitCode: 2 },
    );
  return port;
}

function explained(error) {
  if (error.code === "EADDRINUSE")
    return new Failure(
      `Port ${error.port} is in use. Choose another with --port, or leave it out to take a free one.`,
      { cause: error },
    );
  if (error.code === "MODULE_NOT_FOUND")
    return new Failure(`${error.message.split("\n")[0]}. Run: npm install`, { cause: error });
  return error;
}
