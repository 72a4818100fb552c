// Every file operation of every writer; npm test tries ten of each.
process.env.PHASELENS_KILLS = "100000";
await import("../durability/kill.test.js");
export {};
