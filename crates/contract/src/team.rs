//! Working in a team: the central server, what waits for it, what it refused, and what supervisors do there.

use crate::{Act, ReasonView, dto};

dto! {
    /// How this installation stands with the team's server.
    #[derive(Copy)]
    pub enum LinkState {
        /// It works alone.
        Alone,
        /// Everything is here and there.
        UpToDate,
        /// Being exchanged.
        Busy,
        /// The team's data are being fetched for the first time, or afresh.
        Fetching,
        /// No answer; tried again by itself.
        Offline,
        /// It receives, but the server takes nothing from this version.
        PullOnly,
        /// The person has to sign in again.
        SignIn,
        /// Stopped until a person acts; nothing was lost.
        Stopped,
    }

    /// What the frame always shows of it.
    pub struct LinkView {
        /// How it stands.
        pub state: LinkState,
        /// In a few words: "Up to date", "Offline, tried again by itself".
        pub text: String,
        /// Why, or what to do; empty when there is nothing to say.
        pub detail: String,
        /// Last exchange that ended well (RFC 3339).
        pub fresh_at: Option<String>,
        /// What was done here and waits for the server.
        pub queued: u32,
        /// What the server refused and nobody settled.
        pub refused: u32,
        /// Their numbers in the queue.
        pub refusals: Vec<u32>,
        /// Printed letters whose copies are not with the server yet, those it does not take among them.
        pub letters: u32,
        /// While fetching: parts done.
        pub done: u32,
        /// While fetching: of so many.
        pub total: u32,
    }

    /// The team's screen.
    pub struct TeamView {
        /// As in the frame.
        pub link: LinkView,
        /// The server's address; empty when working alone.
        pub server: String,
        /// Login at the server.
        pub login: String,
        /// The person's name, as the history has it.
        pub name: String,
        /// `specialist`, `supervisor`, `administrator` or `auditor`.
        pub role: String,
        /// This device's name.
        pub device: String,
        /// Without contact until then the database opens only after the server answered (RFC 3339).
        pub offline_until: Option<String>,
        /// What waits, in order.
        pub queue: Vec<QueuedView>,
        /// What was refused, oldest first.
        pub refused: Vec<RefusedView>,
        /// The server's transaction up to which this device knows everything it may.
        pub known: String,
        /// Call permits in hand for calls while offline.
        pub permits: u32,
        /// Printed letters whose copies are not with the server yet: the first, those it does not take before the others.
        pub letters: Vec<UnsentLetter>,
    }

    /// A printed letter whose copy is not with the server yet.
    pub struct UnsentLetter {
        /// Outbox id.
        pub id: String,
        /// Account id.
        pub account: String,
        /// Customer and billing account.
        pub who: String,
        /// Which letter.
        pub title: String,
        /// When it was printed (RFC 3339).
        pub at: String,
        /// Bytes.
        pub bytes: u32,
        /// Why the server does not take it; none while it waits.
        pub stopped: Option<String>,
    }

    /// What waits for the server and what it refused, to a file.
    pub struct SaveWaiting {
        /// Where to.
        pub path: String,
    }

    /// Something done here that waits for the server.
    pub struct QueuedView {
        /// Its number.
        pub number: u32,
        /// Account id.
        pub account: String,
        /// Customer and billing account.
        pub who: String,
        /// In words: "Payment arrangement set up".
        pub what: String,
        /// When (RFC 3339).
        pub at: String,
        /// It does not fit what came from the server meanwhile; why. The server decides.
        pub stuck: Option<String>,
    }

    /// Something the server refused.
    pub struct RefusedView {
        /// Its number.
        pub number: u32,
        /// Account id; the account may be another's by now.
        pub account: String,
        /// Customer and billing account, where it is still here.
        pub who: String,
        /// The account is on this device.
        pub here: bool,
        /// In words what was meant: "Payment arrangement set up: $120.00 in 3 installments".
        pub what: String,
        /// When it was done (RFC 3339).
        pub at: String,
        /// The plain reason.
        pub why: String,
        /// What to do instead.
        pub remedy: String,
        /// The rules that spoke.
        pub reasons: Vec<ReasonView>,
        /// The same act to edit; none where doing it again makes no sense.
        pub act: Option<Act>,
    }

    /// Work with a team's server from now on.
    pub struct ConnectTeam {
        /// `https://…`; `http://` only to this computer.
        pub server: String,
        /// The one-time code from the administrator, or the organisation's short name where its own provider is enough.
        pub code: String,
        /// The password, which the first enrolment sets; empty to sign in with the organisation's own provider.
        pub password: String,
        /// This device's name, as the supervisor sees it.
        pub device: String,
        /// The server's certificate authority as PEM, where the system does not know it.
        pub authority: Option<String>,
        /// Where there is no database yet and no keychain.
        pub passphrase: Option<String>,
    }

    /// Sign in again.
    pub struct SignInTeam {
        /// The password; empty to sign in with the organisation's own provider, in the browser.
        pub password: String,
    }

    /// Settle a refused act.
    pub struct SettleRefused {
        /// Its number.
        pub number: u32,
        /// `retried` (it was done again, edited) or `discarded`.
        pub how: String,
    }

    /// Which account this window has open; said every half minute, and once with none when it closes.
    pub struct AtAccount {
        /// Account id; none when it was closed.
        pub account: Option<String>,
    }

    /// Colleagues who have the same account open now.
    pub struct PresenceView {
        /// Names, with when each came (RFC 3339).
        pub others: Vec<PresentView>,
    }

    /// One of them.
    pub struct PresentView {
        /// Name.
        pub name: String,
        /// Since when (RFC 3339).
        pub since: String,
    }

    /// A user of the server.
    pub struct PersonView {
        /// Login.
        pub login: String,
        /// Name.
        pub name: String,
        /// Role.
        pub role: String,
        /// Locked after wrong passwords until then (RFC 3339); none once it is over.
        pub locked_until: Option<String>,
        /// Access ended.
        pub disabled: bool,
    }

    /// A device of the team.
    pub struct DeviceView {
        /// Its id.
        pub id: String,
        /// Name.
        pub name: String,
        /// Whose.
        pub login: String,
        /// Last contact (RFC 3339).
        pub seen_at: Option<String>,
        /// Transactions it has not fetched yet.
        pub behind: u32,
        /// Program version.
        pub app_version: String,
        /// Its clock minus the server's, seconds.
        pub clock_ahead: i32,
        /// Its commands that could not be decided.
        pub quarantined: u32,
        /// Access ended (RFC 3339).
        pub revoked_at: Option<String>,
    }

    /// People and devices, from the server at this moment.
    pub struct RosterView {
        /// Users.
        pub people: Vec<PersonView>,
        /// Devices, the longest silent first.
        pub devices: Vec<DeviceView>,
    }

    /// Who works whom.
    pub struct AssignAccounts {
        /// To whom.
        pub login: String,
        /// These accounts' customers.
        pub accounts: Vec<String>,
        /// They come to that login (or leave it).
        pub add: bool,
        /// All that this login works comes over, and leaves it.
        pub take_over_from: Option<String>,
    }

    /// A new user.
    pub struct AddPerson {
        /// Login.
        pub login: String,
        /// Name.
        pub name: String,
        /// Role.
        pub role: String,
    }

    /// A user by login.
    pub struct LoginRef {
        /// Login.
        pub login: String,
    }

    /// A one-time enrolment code, shown once.
    pub struct CodeView {
        /// The code.
        pub code: String,
    }

    /// A new password that the server made up, shown once.
    pub struct PasswordView {
        /// The password.
        pub password: String,
    }

    /// End a device's access.
    pub struct RevokeDevice {
        /// Its id.
        pub device: String,
        /// Why.
        pub why: String,
    }

    /// Which part of the server's audit.
    pub struct AuditQuery {
        /// Only this account; empty for all.
        pub account: String,
        /// Only this kind; empty for all.
        pub kind: String,
        /// Below this number; none for the newest.
        pub below: Option<i32>,
    }

    /// The server's audit, newest first.
    pub struct AuditPage {
        /// Lines.
        pub lines: Vec<AuditLineView>,
        /// Where the next page begins.
        pub below: Option<i32>,
    }

    /// One line of it.
    pub struct AuditLineView {
        /// Its number.
        pub number: i32,
        /// When (RFC 3339).
        pub at: String,
        /// Who.
        pub actor: String,
        /// Kind.
        pub kind: String,
        /// In words.
        pub summary: String,
    }
}
