/** Modules of Python that run programs, reach files, or change the interpreter. */
const acting = new Set([
  "_posixsubprocess",
  "_pyio",
  "asyncio",
  "code",
  "codeop",
  "commands",
  "ctypes",
  "dis",
  "distutils",
  "ftplib",
  "http",
  "httplib",
  "importlib",
  "io",
  "multiprocessing",
  "nt",
  "os",
  "pdb",
  "pickle",
  "pip",
  "pkgutil",
  "platform",
  "popen2",
  "posix",
  "profile",
  "pty",
  "pydoc",
  "requests",
  "runpy",
  "shutil",
  "signal",
  "smtplib",
  "socket",
  "ssl",
  "subprocess",
  "sys",
  "tempfile",
  "threading",
  "timeit",
  "types",
  "urllib",
  "urllib2",
  "webbrowser",
  "xmlrpc",
  "zipimport",
]);
const builtins = new Set(["__builtin__", "builtins"]);
const actingBuiltins = new Set([
  "__import__",
  "apply",
  "compile",
  "eval",
  "exec",
  "execfile",
  "globals",
  "input",
  "open",
  "vars",
]);

/**
 * True for names that no checkpoint needs and that an attack does. Nothing of a pickle is called,
 * whichever names are in it; this is for saying so, instead of reading the rest of such a file as
 * if nothing were wrong with it.
 */
export function isAttack(module: string, name: string): boolean {
  return acting.has(module.split(".")[0]) || (builtins.has(module) && actingBuiltins.has(name));
}
