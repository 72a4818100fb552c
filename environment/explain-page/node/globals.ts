// What modules of the library find without asking for it; it has to be there before they are read.
import { Buffer } from "./buffer.js";

Object.assign(globalThis, { Buffer });
