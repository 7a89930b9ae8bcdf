// The system's browser with a person before it: keeps cookies, follows redirects, fills in the
// provider's forms.
//
//   node browser.mjs URL LOGIN
//
// Prints the last page.

const [, , start, login] = process.argv;
const cookies = new Map();

async function ask(url, form) {
  const jar = cookies.get(new URL(url).host) ?? new Map();
  cookies.set(new URL(url).host, jar);
  const answer = await fetch(url, {
    method: form ? 'POST' : 'GET',
    body: form && new URLSearchParams(form),
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    redirect: 'manual',
  });
  for (const cookie of answer.headers.getSetCookie()) {
    const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
    if (value) jar.set(name, value);
    else jar.delete(name);
  }
  return answer;
}

let at = start;
let answer = await ask(at);
for (let steps = 0; steps < 30; steps++) {
  const location = answer.headers.get('location');
  if (location) {
    at = new URL(location, at).href;
    answer = await ask(at);
    continue;
  }
  const page = await answer.text();
  const action = /action="([^"]+)"/.exec(page)?.[1];
  if (!action) {
    console.log(page);
    process.exit(0);
  }
  const prompt = page.includes('value="login"') ? 'login' : 'consent';
  at = new URL(action, at).href;
  answer = await ask(at, { prompt, login, password: 'typed at the provider only' });
}
console.error(`the browser goes round in circles at ${at}`);
process.exit(1);
