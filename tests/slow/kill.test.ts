// Every file operation of every writer; npm test tries six of each, and eight of a folder of ours.
process.env.PHASELENS_KILLS = "100000";
await import("../durability/kill.test.js");
await import("../core/ownedFolder.test.js");
export {};
