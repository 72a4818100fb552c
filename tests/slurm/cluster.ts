import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin`; // where Debian keeps servers
const isInstalled = (command: string): boolean =>
  path.split(":").some((folder) => existsSync(join(folder, command)));

/** Programs of SLURM, or of munge, which it trusts, that this machine lacks. */
export const missingPrograms: readonly string[] = [
  "munged",
  "slurmctld",
  "slurmd",
  "sbatch",
].filter((name) => !isInstalled(name));

/**
 * A real SLURM of one node, on loopback alone, with its own key, configuration and state in a
 * temporary folder.
 */
export interface Cluster {
  /** Variables for its clients. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a client; its standard output. @throws Error with its standard error */
  client(command: string, ...args: string[]): string;
  /** Waits until no job is left. @throws Error after that many seconds, with the queue */
  idle(seconds: number): Promise<void>;
  /** Ends the servers, each by its own process, and removes the folder. */
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-slurm-"));
  const file = (name: string): string => join(folder, name);
  for (const name of ["state", "spool"]) mkdirSync(file(name));
  writeFileSync(file("munge.key"), randomBytes(64));
  chmodSync(file("munge.key"), 0o600);
  const node = hostname().split(".")[0];
  const user = userInfo().username;
  const configuration = {
    ClusterName: "phaselens-test",
    SlurmctldHost: `${node}(127.0.0.1)`,
    SlurmUser: user,
    SlurmdUser: user,
    SlurmctldPort: await freePort(),
    SlurmdPort: await freePort(),
    // listens on the addresses named here, not on all
    CommunicationParameters: "NoCtldInAddrAny,NoInAddrAny",
    AuthType: "auth/munge",
    AuthInfo: `socket=${file("munge.socket")}`,
    CredType: "cred/munge",
    StateSaveLocation: file("state"),
    SlurmdSpoolDir: file("spool"),
    SlurmctldPidFile: file("slurmctld.pid"),
    SlurmdPidFile: file("slurmd.pid"),
    SlurmctldLogFile: file("slurmctld.log"),
    SlurmdLogFile: file("slurmd.log"),
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    SwitchType: "switch/none",
    MpiDefault: "none", // nothing that needs cgroups
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_CPU",
    SchedulerType: "sched/builtin",
    // seconds, for a queue of three jobs
    SchedulerParameters: "sched_interval=1,batch_sched_delay=0",
    JobAcctGatherType: "jobacct_gather/none",
    AccountingStorageType: "accounting_storage/none",
    SlurmdParameters: "config_overrides",
    ReturnToService: 2,
    KillWait: 5,
  };
  const lines = Object.entries(configuration).map(([name, value]) => `${name}=${value}`);
  lines.push(
    `NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
    `PartitionName=test Nodes=${node} Default=YES MaxTime=10 State=UP`,
  );
  writeFileSync(file("slurm.conf"), `${lines.join("\n")}\n`);
  const env = { ...process.env, PATH: path, SLURM_CONF: file("slurm.conf") };

  const servers: ChildProcess[] = [];
  const start = (command: string, ...args: string[]): void =>
    void servers.push(spawn(command, args, { env, stdio: "ignore" }));
  const stop = async (): Promise<void> => {
    for (const server of servers.splice(0).reverse()) {
      if (server.exitCode !== null || server.signalCode !== null) continue;
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await Promise.race([ended, delay(5000, undefined, { ref: false })]);
      if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const client = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
    return stdout.trim();
  };
  const idle = async (seconds: number): Promise<void> => {
    for (
      const end = Date.now() + 1000 * seconds;
      client("squeue", "--noheader") !== "";
      await delay(200)
    ) {
      if (Date.now() > end)
        throw new Error(`jobs are left after ${seconds} s:\n${client("squeue")}`);
    }
  };

  try {
    const munge = [
      "key-file=munge.key",
      "socket=munge.socket",
      "pid-file=munge.pid",
      "log-file=munge.log",
      "seed-file=munge.seed",
    ];
    start(
      "munged",
      "--foreground",
      "--force",
      ...munge.map((option) => `--${option.replace("=", `=${folder}/`)}`),
    );
    for (let k = 0; k < 100 && !existsSync(file("munge.socket")); k++) await delay(50);
    start("slurmctld", "-D", "-f", file("slurm.conf"));
    start("slurmd", "-D", "-f", file("slurm.conf"));
    for (let k = 0; ; k++) {
      const state = spawnSync("sinfo", ["--noheader", "--format=%T"], {
        env,
        encoding: "utf8",
      }).stdout?.trim();
      if (state === "idle") break;
      if (k === 150) {
        const written = ["slurmctld.log", "slurmd.log", "munge.log"].filter((name) =>
          existsSync(file(name)),
        );
        const logs = written.map((name) => readFileSync(file(name), "utf8").slice(-1500));
        throw new Error(`the node is "${state}" after 30 s.\n${logs.join("\n")}`);
      }
      await delay(200);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, client, idle, stop };
}
