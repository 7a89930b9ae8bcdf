// A sign-in provider: panva's oidc-provider with its own login and consent forms, as strict as it
// comes (PKCE required). A login that ends in "unverified" has an address that nobody checked.
//
//   node oidc.mjs --redirect http://127.0.0.1:8470/auth/oidc/callback
//
// Prints one line of JSON: issuer, client_id, client_secret.

import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const redirect = process.argv[process.argv.indexOf('--redirect') + 1];
const client = { client_id: 'dunlin', client_secret: 'not-much-of-a-secret' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: ['for a test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: !id.endsWith('unverified') }),
    }),
  });
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer, ...client }));
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
