// A mail server for tests: STARTTLS and TLS, PLAIN, LOGIN and XOAUTH2, faults by recipient (see
// faults.mjs), every accepted message kept as a file. Its first line of output is JSON with the
// ports; it ends when its standard input closes.
//
//   node server.mjs [--dir FOLDER] [--cert PEM --key PEM] [--auth PLAIN,LOGIN,XOAUTH2]
//
// Users: any name with the password "correct"; "busy" answers 454, "app-only" 534. Senders whose
// address starts with "nosend" are refused.
//
// Control port (HTTP): GET /messages lists them, GET /messages/N is one, DELETE /messages forgets
// them, GET /stats counts connections and attempts by recipient, GET /hang-up breaks every open
// connection.

import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMTPServer } from 'smtp-server';

import { makeCertificate } from './certificate.mjs';
import { faultOf, refusal } from './faults.mjs';
import { startSignIn } from './signin.mjs';

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string' },
    cert: { type: 'string' },
    key: { type: 'string' },
    auth: { type: 'string', default: 'PLAIN,LOGIN,XOAUTH2' },
  },
});

const folder = options.dir ?? mkdtempSync(join(tmpdir(), 'dunlin-smtp-'));
mkdirSync(folder, { recursive: true });
const tls = options.cert
  ? { ca: null, cert: readFileSync(options.cert), key: readFileSync(options.key) }
  : makeCertificate(folder);
const signIn = await startSignIn();

let messages = [];
const servers = [];
const stats = { connections: 0, attempts: {} };

function keep(session, raw) {
  const number = messages.length + 1;
  const file = join(folder, `${number}.eml`);
  writeFileSync(file, raw);
  messages.push({
    number,
    file,
    from: session.envelope.mailFrom.address,
    to: session.envelope.rcptTo.map((one) => one.address),
    user: session.user,
    session: session.id,
    tls: session.tlsOptions?.version ?? null,
    bytes: raw.length,
  });
}

function smtp(secure) {
  const server = new SMTPServer({
    secure,
    cert: tls.cert,
    key: tls.key,
    name: 'localhost',
    authMethods: options.auth.split(','),
    size: 16 * 1024 * 1024,
    onConnect(_session, callback) {
      stats.connections += 1;
      callback();
    },
    onAuth(auth, _session, callback) {
      if (auth.username === 'busy') {
        return callback(refusal(454));
      }
      if (auth.username === 'app-only') {
        return callback(refusal(534));
      }
      const known = auth.method === 'XOAUTH2'
        ? signIn.issued.has(auth.accessToken)
        : auth.password === 'correct';
      if (known) {
        return callback(null, { user: auth.username });
      }
      if (auth.method === 'XOAUTH2') {
        return callback(null, { data: { status: '400', schemes: 'Bearer', scope: 'mail' } });
      }
      return callback(refusal(535));
    },
    onMailFrom(address, _session, callback) {
      callback(address.address.startsWith('nosend') ? refusal(553) : null);
    },
    onRcptTo(address, session, callback) {
      stats.attempts[address.address] = (stats.attempts[address.address] ?? 0) + 1;
      const fault = faultOf(address.address);
      session.fault = fault;
      if (fault === 'drop-rcpt') {
        return drop(server, session);
      }
      const [code, stage] = fault.split('-');
      callback(stage === 'rcpt' ? refusal(Number(code)) : null);
    },
    onData(stream, session, callback) {
      const fault = session.fault ?? '';
      const chunks = [];
      stream.on('data', (chunk) => {
        if (fault === 'drop-mid') {
          return drop(server, session);
        }
        chunks.push(chunk);
      });
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        if (fault === 'drop-mid' || fault === 'drop-dot') {
          return drop(server, session);
        }
        if (fault === 'drop-kept') {
          keep(session, raw);
          return drop(server, session);
        }
        if (stream.sizeExceeded) {
          return callback(refusal(552));
        }
        const [first, second] = fault.split('-');
        if (second === 'data') {
          return callback(refusal(Number(first)));
        }
        const wait = first === 'slow' ? Number(second) : 0;
        setTimeout(() => {
          keep(session, raw);
          callback(null, `kept as ${messages.length}`);
        }, wait);
      });
    },
  });
  servers.push(server);
  server.on('error', () => {}); // A client that hangs up is what half of the tests are about.
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.server.address().port));
  });
}

function drop(server, session) {
  for (const connection of server.connections) {
    if (connection.session === session) {
      connection._socket.destroy();
    }
  }
}

const control = createServer((request, response) => {
  const [, what, number] = request.url.split('/');
  const json = (value) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  };
  if (request.method === 'DELETE' && what === 'messages') {
    messages = [];
    return json({ messages: 0 });
  }
  if (what === 'messages' && number) {
    const found = messages[Number(number) - 1];
    response.statusCode = found ? 200 : 404;
    return response.end(found ? readFileSync(found.file) : 'no such message');
  }
  if (what === 'messages') {
    return json(messages);
  }
  if (what === 'stats') {
    return json({ ...stats, refreshes: Object.fromEntries(signIn.served) });
  }
  if (what === 'hang-up') {
    for (const connection of servers.flatMap((server) => [...server.connections])) {
      connection._socket.destroy();
    }
    return json({ connections: 0 });
  }
  response.statusCode = 404;
  return response.end('no such page');
});

const starttls = await smtp(false);
const secure = await smtp(true);
await new Promise((resolve) => {
  control.listen(0, '127.0.0.1', resolve);
});
console.log(JSON.stringify({
  starttls,
  tls: secure,
  control: control.address().port,
  signIn: signIn.port,
  dir: folder,
  ca: tls.ca,
}));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
