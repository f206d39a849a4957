// The peer's server at its default settings: express-pouchdb over PouchDB's own files.
const express = require("express");
const PouchDB = require("pouchdb");

const folder = process.argv[2];
const Stored = PouchDB.defaults({ prefix: folder + "/" });
const app = express();
app.use(
  "/",
  require("express-pouchdb")(Stored, { configPath: folder + "/config.json", logPath: folder + "/log.txt" }),
);
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
