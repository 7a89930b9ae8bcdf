// Which fault a recipient's local part asks for. Faults sit in the address so that one server
// serves tests that run at the same time.
//
//   451-rcpt 550-rcpt 421-rcpt      the code, as the answer to RCPT
//   451-data 550-data 421-data      the code, as the answer to the message
//   drop-rcpt                       the connection breaks at RCPT
//   drop-mid                        the connection breaks while the message arrives
//   drop-dot                        it breaks after the final dot; nobody answers, nothing is kept
//   drop-kept                       the same, but the message was kept
//   slow-<ms>                       the answer to the message takes that long
//   once-<fault>-<tag>              the fault once for that whole address, then none

const spent = new Set();

export function faultOf(address) {
  const local = address.split('@')[0].toLowerCase();
  if (!local.startsWith('once-')) {
    return local;
  }
  if (spent.has(local)) {
    return '';
  }
  spent.add(local);
  return local.slice('once-'.length).replace(/-[^-]*$/, '');
}

export function refusal(code) {
  const words = {
    421: '4.3.2 the service is closing this connection',
    451: '4.3.0 try again later',
    454: '4.7.0 authentication is not available for the moment',
    534: '5.7.9 an app password is required',
    535: '5.7.8 the password is wrong',
    550: '5.1.1 no such mailbox',
    552: '5.3.4 the message is too large',
    553: '5.7.1 this account may not send as that address',
  };
  return Object.assign(new Error(words[code] ?? 'refused'), { responseCode: code });
}
