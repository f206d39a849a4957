// The peer's device: records saved beforehand, then replicated; prints seconds and the documents the server holds.
const fs = require("fs");
const PouchDB = require("pouchdb");

async function main() {
  const [folder, port, records] = process.argv.slice(2);
  const docs = fs
    .readFileSync(records, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const record = JSON.parse(line);
      return { _id: record.id, ...record };
    });
  const local = new PouchDB(folder + "/device");
  for (let first = 0; first < docs.length; first += 500) await local.bulkDocs(docs.slice(first, first + 500));
  const remote = new PouchDB("http://127.0.0.1:" + port + "/records");
  await remote.info();
  const begun = process.hrtime.bigint();
  await local.replicate.to(remote);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const info = await remote.info();
  console.log(JSON.stringify({ seconds, held: info.doc_count }));
  process.exit(0);
}

main();
