import * as errors from "../errors.js";
import { PhaselensError } from "../errors.js";
import type { HeldLock } from "../cache/lock.js";
import type { FileStamp } from "./importedFiles.js";

/**
 * What a worker thread says: the result of an item, or what it holds. `mark`: tells these apart
 * from messages that a task sends.
 */
export type WorkerMessage = { readonly mark: string } & (
  | { readonly index: number; readonly value: unknown }
  | { readonly index: number; readonly error: SentError }
  | { readonly lock: HeldLock; readonly held: boolean }
  | { readonly rested: Rested }
);

/** What a thread says of itself when a call is over. */
export interface Rested {
  /** Memory that it holds, bytes. */
  readonly bytes: number;
  /** Files that it has imported besides this library's, as they were then. */
  readonly files: readonly FileStamp[];
}

/** What the items of a call are to be put into. */
export interface Work {
  readonly module: string;
  readonly name: string;
  /** `filesBeingComputed` of the thread that asks. */
  readonly computing: readonly string[];
  /** What the task is handed beside each item. */
  readonly shared: unknown;
}

/** What a worker thread is told: the task of a call, an item, that the call is over, to end. */
export type Order =
  | { readonly work: Work }
  | { readonly index: number; readonly item: unknown }
  | { readonly rest: true }
  | { readonly end: true };

/** The same with the mark. */
export type WorkerOrder = { readonly mark: string } & Order;

/** Whether a message carries our mark; a task is free to talk over the same port. */
export function isMarked<M extends { readonly mark: string }>(
  message: unknown,
  mark: string,
): message is M {
  return (
    typeof message === "object" && message !== null && (message as { mark?: unknown }).mark === mark
  );
}

/** An error as plain data. */
export interface SentError {
  name: string;
  message: string;
  stack?: string;
  details?: Readonly<Record<string, unknown>>;
}

type ErrorClass = new (message: string, details?: Readonly<Record<string, unknown>>) => Error;
const OURS: Readonly<Record<string, ErrorClass>> = { ...errors };
const BUILT_IN: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

/** The parts of an error that another thread can be told. */
export function sendableError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const sent: SentError = { name: error.name, message: error.message, stack: error.stack };
  if (error instanceof PhaselensError) {
    try {
      sent.details = structuredClone(error.details);
    } catch {
      sent.details = {}; // a function among them; the message still says what happened
    }
  }
  return sent;
}

/** The error of another thread, of the same class, message and details as there. */
export function receivedError(sent: SentError): Error {
  const Class = Object.hasOwn(OURS, sent.name)
    ? OURS[sent.name]
    : Object.hasOwn(BUILT_IN, sent.name)
      ? BUILT_IN[sent.name]
      : Error;
  const error = new Class(sent.message, sent.details);
  error.name = sent.name;
  error.stack = sent.stack;
  return error;
}
