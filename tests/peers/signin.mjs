// The sign-in server: authorization code with PKCE, refresh, and failures by the refresh token's
// name. The mail server accepts the access tokens that were issued here, and no others.
//
//   revoked-*    invalid_grant: sign in again
//   broken-*     500
//   short-*      a token that lasts one minute
//   stale-*      the first token issued for it is refused by the mail server
//   rotating-*   a new refresh token comes along

import { OAuth2Server } from 'oauth2-mock-server';

export async function startSignIn() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('ES256');
  const issued = new Set();
  const served = new Map();

  server.service.on('beforeResponse', (response, request) => {
    const refresh = request.body?.refresh_token ?? '';
    const kind = refresh.split('-')[0];
    const count = (served.get(refresh) ?? 0) + 1;
    served.set(refresh, count);
    if (kind === 'revoked') {
      response.statusCode = 400;
      response.body = { error: 'invalid_grant', error_description: 'The refresh token was revoked.' };
      return;
    }
    if (kind === 'broken') {
      response.statusCode = 500;
      response.body = 'out of order';
      return;
    }
    if (kind === 'short') {
      response.body.expires_in = 60;
    }
    if (request.body?.grant_type === 'refresh_token') {
      delete response.body.refresh_token;
    }
    if (kind === 'rotating') {
      response.body.refresh_token = `rotating-${count}-next`;
    }
    // Two tokens of one second are otherwise the same text.
    response.body.access_token += `.${served.size}.${count}`;
    if (!(kind === 'stale' && count === 1)) {
      issued.add(response.body.access_token);
    }
  });
  await server.start(0, '127.0.0.1');
  return { port: server.address().port, issued, served };
}
