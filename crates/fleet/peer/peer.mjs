// What Dunlin's exchange is measured beside: the same rows, one document a row, from an
// express-pouchdb server into a PouchDB on a laptop. Both keep them in LevelDB, unencrypted.
//
//   node peer.mjs server FOLDER      node peer.mjs laptop FOLDER
//
// One JSON command a line comes in, one JSON answer a line goes out; a field `error` says that it
// did not work.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { sep } from 'node:path';
import express from 'express';
import expressPouchDB from 'express-pouchdb';
import PouchDB from 'pouchdb';

// Ten times PouchDB's own default: it is faster so.
const TOGETHER = 1000;

const [role, folder] = process.argv.slice(2);
const Local = PouchDB.defaults({ prefix: folder + sep });
const db = new Local('rows');

function document({ table, id, row }) {
  return { _id: `${table}:${id}`, ...row };
}

async function put(docs) {
  const failed = (await db.bulkDocs(docs)).filter((one) => one.error);
  if (failed.length > 0) {
    throw new Error(`${failed.length} documents were not taken: ${failed[0].message}`);
  }
}

// The rows of a file, a batch at a time.
async function* batches(file, most = Infinity) {
  let batch = [];
  let left = most;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (left-- <= 0) break;
    batch.push(document(JSON.parse(line)));
    if (batch.length === TOGETHER) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

const server = {
  async serve() {
    const app = express();
    // What replication needs, and nothing that would slow it down.
    app.use('/', expressPouchDB(Local, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${folder}${sep}log` }));
    const listening = await new Promise((done) => {
      const http = app.listen(0, '127.0.0.1', () => done(http));
    });
    return { port: listening.address().port };
  },

  async load({ file, rows }) {
    for await (const docs of batches(file, rows)) await put(docs);
    return { docs: (await db.info()).doc_count };
  },

  // The nightly extract: of its rows, those that are here.
  async change({ file }) {
    let changed = 0;
    for await (const docs of batches(file)) {
      const found = await db.allDocs({ keys: docs.map((doc) => doc._id) });
      const here = docs.flatMap((doc, at) => {
        const rev = found.rows[at].value?.rev;
        return rev ? [{ ...doc, _rev: rev }] : [];
      });
      await put(here);
      changed += here.length;
    }
    return { docs: changed };
  },

  async count() {
    const info = await db.info();
    return { docs: info.doc_count, seq: info.update_seq };
  },
};

function remote(port) {
  return new PouchDB(`http://127.0.0.1:${port}/rows`);
}

const options = { batch_size: TOGETHER, batches_limit: 10 };

const laptop = {
  async pull({ port }) {
    const done = await db.replicate.from(remote(port), options);
    return { docs: done.docs_written };
  },

  // One document after another, as a person's work comes.
  async work({ file }) {
    let docs = 0;
    for await (const some of batches(file)) {
      for (const doc of some) {
        try {
          await db.put(doc);
        } catch (error) {
          if (error.status !== 409) throw error;
          const { _rev } = await db.get(doc._id);
          await db.put({ ...doc, _rev });
        }
        docs += 1;
      }
    }
    return { docs };
  },

  async push({ port }) {
    const done = await db.replicate.to(remote(port), options);
    return { docs: done.docs_written };
  },
};

const does = { server, laptop }[role];
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const start = performance.now();
  let answer;
  try {
    answer = await does[command.do](command);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  answer.seconds = (performance.now() - start) / 1000;
  answer.resident_kb = Math.round(process.memoryUsage.rss() / 1024);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
