//! Every path with what it does and takes: the source of the OpenAPI document. A test asks the running
//! server for each of them, and looks that each body is what is written here.

/// A body: its name and its fields, as they are on the wire.
pub struct Shape {
    /// The Rust type's name.
    pub name: &'static str,
    /// Field and JSON type; a `?` marks what may be left out.
    pub fields: &'static [(&'static str, &'static str)],
}

/// One path and method.
pub struct Route {
    /// `get`, `post` or `put`.
    pub method: &'static str,
    /// With parameters in braces.
    pub path: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Who may: empty for nobody in particular.
    pub who: &'static str,
    /// What it takes.
    pub takes: Option<&'static Shape>,
    /// What it gives.
    pub gives: Option<&'static Shape>,
}

macro_rules! shapes {
    ($($name:ident { $($field:literal: $type:literal),* $(,)? })*) => {$(
        #[allow(missing_docs, reason = "the shape is its own description")]
        pub const $name: Shape = Shape { name: stringify!($name), fields: &[$(($field, $type)),*] };
    )*};
}

shapes! {
    ENROL_REQUEST { "code": "string", "password": "string", "device_name": "string", "public_key": "string" }
    ENROL_RESPONSE {
        "device": "string", "org": "string", "login": "string", "name": "string", "role": "string",
        "epoch": "integer", "offline_until": "string",
    }
    CHALLENGE_REQUEST { "org": "string", "device": "string" }
    CHALLENGE_RESPONSE { "nonce": "string" }
    SIGNED_CHALLENGE { "device": "string", "nonce": "string", "signature": "string" }
    SIGN_IN_REQUEST { "signed": "object", "password": "string" }
    OIDC_ENROL_REQUEST { "proof": "object", "enrolment_code": "string?", "device_name": "string", "public_key": "string" }
    OIDC_SIGN_IN_REQUEST { "signed": "object", "proof": "object" }
    SIGN_IN_WAYS { "password": "boolean", "provider": "boolean", "needs_code": "boolean" }
    TOKEN_RESPONSE {
        "token": "string", "expires_at": "string", "server_time": "string", "offline_until": "string",
        "name": "string", "role": "string",
    }
    PUSH_REQUEST { "epoch": "integer", "commands": "array", "lost_upto": "integer?" }
    PUSH_RESPONSE {
        "epoch": "integer", "results": "array", "last_device_seq": "integer", "seq": "integer",
        "server_time": "string",
    }
    PULL_REQUEST {
        "cursor": "object", "limit_bytes": "integer", "permits": "array?", "checksums": "array?",
        "stretch": "object?", "repair": "array?", "assigned": "boolean?",
    }
    PULL_RESPONSE { "page": "object?", "snapshot": "object?", "upgrade": "object?" }
    PERMIT_REQUEST { "customers": "array", "returned": "array?" }
    PERMIT_RESPONSE { "permits": "array" }
    MANIFEST_REQUEST { "schema_version": "integer", "decided": "integer" }
    MANIFEST {
        "id": "string", "cursor": "object", "last_device_seq": "integer", "results": "array", "rows": "integer",
        "chunks": "array",
    }
    PRESENCE_REQUEST { "open": "array" }
    PRESENCE_RESPONSE { "others": "array" }
    ATTACHMENT_REQUEST { "account": "string", "sha256": "string", "bytes": "integer", "media_type": "string" }
    ATTACHMENT_STATE { "here": "integer", "bytes": "integer", "complete": "boolean" }
    ASSIGN { "login": "string", "add": "array?", "remove": "array?", "take_over_from": "string?" }
    ASSIGNED { "added": "integer", "removed": "integer" }
    PUBLISHED { "version": "integer" }
    NEW_TEMPLATE { "key": "string", "body": "object" }
    PART { "rows": "array", "payments_until": "string?", "more": "boolean?" }
    IMPORTED { "changed": "integer", "new": "integer", "same": "integer" }
    NEW_PERSON { "login": "string", "name": "string", "role": "string" }
    REVOKE { "why": "string" }
    PROBLEM {
        "code": "string", "message": "string", "remedy": "string", "retry_after_ms": "integer?", "expected": "integer?",
    }
}

macro_rules! routes {
    ($($method:ident $path:literal ($who:literal) $what:literal $takes:expr => $gives:expr;)*) => {
        &[$(Route { method: stringify!($method), path: $path, what: $what, who: $who, takes: $takes, gives: $gives }),*]
    };
}

/// All of them.
pub const ROUTES: &[Route] = routes![
    post "/v1/enrol" ("") "A device's first contact, with a one-time code" Some(&ENROL_REQUEST) => Some(&ENROL_RESPONSE);
    post "/v1/challenge" ("") "Something for the device to sign" Some(&CHALLENGE_REQUEST) => Some(&CHALLENGE_RESPONSE);
    post "/v1/token" ("") "A short token for a signed challenge" Some(&SIGNED_CHALLENGE) => Some(&TOKEN_RESPONSE);
    post "/v1/sign-in" ("") "The user signs in again; a token comes with it" Some(&SIGN_IN_REQUEST) => Some(&TOKEN_RESPONSE);
    get "/v1/sign-in-ways" ("") "How an organisation's users sign in" None => Some(&SIGN_IN_WAYS);
    get "/auth/oidc/start" ("") "In the browser: to the organisation's provider" None => None;
    get "/auth/oidc/callback" ("") "In the browser: back from it, on to the device" None => None;
    post "/v1/oidc/enrol" ("") "A device's first contact, after a sign-in at the provider" Some(&OIDC_ENROL_REQUEST) => Some(&ENROL_RESPONSE);
    post "/v1/oidc/sign-in" ("") "The user signs in again at the provider; a token comes with it" Some(&OIDC_SIGN_IN_REQUEST) => Some(&TOKEN_RESPONSE);
    post "/v1/push" ("specialist, supervisor") "Commands up, verdicts down" Some(&PUSH_REQUEST) => Some(&PUSH_RESPONSE);
    post "/v1/pull" ("any") "What comes after a cursor" Some(&PULL_REQUEST) => Some(&PULL_RESPONSE);
    post "/v1/permits" ("specialist, supervisor") "Call permits, leased and given back" Some(&PERMIT_REQUEST) => Some(&PERMIT_RESPONSE);
    post "/v1/snapshot" ("any") "A first snapshot's manifest" Some(&MANIFEST_REQUEST) => Some(&MANIFEST);
    get "/v1/snapshot/{id}/{chunk}" ("any") "A chunk's zstd bytes" None => None;
    get "/v1/events" ("any") "Server-sent events: the organisation is at that number now" None => None;
    post "/v1/presence" ("specialist, supervisor") "What this device has open; who else has" Some(&PRESENCE_REQUEST) => Some(&PRESENCE_RESPONSE);
    post "/v1/attachments" ("specialist, supervisor") "Begins an attachment, or says how far it came" Some(&ATTACHMENT_REQUEST) => Some(&ATTACHMENT_STATE);
    get "/v1/attachments/{account}/{sha256}" ("any") "An attachment's bytes" None => None;
    put "/v1/attachments/{account}/{sha256}" ("specialist, supervisor") "The next part's bytes" None => Some(&ATTACHMENT_STATE);
    get "/v1/orders" ("supervisor, auditor") "Service orders and how far they are" None => None;
    post "/v1/assign" ("supervisor") "Who works whom" Some(&ASSIGN) => Some(&ASSIGNED);
    post "/v1/policy" ("supervisor") "Publishes a policy" None => Some(&PUBLISHED);
    post "/v1/template" ("supervisor") "Publishes a template" Some(&NEW_TEMPLATE) => Some(&PUBLISHED);
    post "/v1/import" ("supervisor") "A part of the billing system's extract" Some(&PART) => Some(&IMPORTED);
    get "/v1/people" ("administrator, supervisor, auditor") "Every user" None => None;
    post "/v1/people" ("administrator") "A new user" Some(&NEW_PERSON) => None;
    post "/v1/people/{login}/code" ("administrator") "A one-time enrolment code" None => None;
    post "/v1/people/{login}/password" ("administrator") "A new password, made up here" None => None;
    post "/v1/people/{login}/disable" ("administrator") "Ends a user's access" None => None;
    get "/v1/devices" ("administrator, supervisor, auditor") "Devices and how fresh they are" None => None;
    post "/v1/devices/{device}/revoke" ("administrator") "Ends a device's access, for good" Some(&REVOKE) => None;
    get "/v1/audit" ("supervisor, auditor") "The audit, newest first" None => None;
    get "/v1/audit/verify" ("supervisor, auditor") "Recomputes the audit's chain" None => None;
    get "/health/live" ("") "The process runs" None => None;
    get "/health/ready" ("") "The database answers and has this program's schema" None => None;
    get "/openapi.json" ("") "This document" None => None;
];

/// Method, path, and what it takes behind its `?` with its JSON type; a `?` marks what may be left out.
pub type Query = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Of every path that takes something so.
pub const QUERIES: &[Query] = &[
    ("get", "/v1/sign-in-ways", &[("org", "string")]),
    (
        "get",
        "/auth/oidc/start",
        &[("org", "string"), ("challenge", "string"), ("redirect", "string"), ("state", "string")],
    ),
    ("get", "/auth/oidc/callback", &[("state", "string"), ("code", "string?"), ("error", "string?")]),
    ("get", "/v1/attachments/{account}/{sha256}", &[("offset", "integer?")]),
    ("put", "/v1/attachments/{account}/{sha256}", &[("offset", "integer?")]),
    ("get", "/v1/orders", &[("state", "string?"), ("after", "string?")]),
    ("get", "/v1/audit", &[("account", "string?"), ("kind", "string?"), ("below", "integer?")]),
];
